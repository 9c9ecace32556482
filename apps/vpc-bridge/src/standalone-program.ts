import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nftForwardFilter } from '@vpc-bridge/nft'
import { runAsCni } from '@vpc-bridge/plugin'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { vpcBridge } from './vpc-bridge.ts'

/*
 * The program of the standalone executable, for all commands but VERSION. What a container runtime waits for is without the command
 * line.
 */

const runtime = standaloneRuntime()
const filters = { macTranslator: nftTranslator(runtime), forwardFilter: nftForwardFilter(runtime) }
const kernel = createRtnetlinkKernel(standaloneSyscalls(), filters)
if (runtime.environment['CNI_COMMAND'] !== undefined) await runAsCni(vpcBridge, { runtime, kernel })
const { startVpcBridge } = await import('./start-vpc-bridge.ts')
await startVpcBridge({ runtime, kernel }, 'standalone executable')
