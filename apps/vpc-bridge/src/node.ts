import { start } from '@vpc-bridge/cli'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { additions } from './cli/additions.ts'
import { versionLine } from './version.ts'
import { vpcBridge } from './vpc-bridge.ts'

const runtime = nodeRuntime()
const kernel = createRtnetlinkKernel(nodeSyscalls(), { macTranslator: nftTranslator(runtime) })

await start(vpcBridge, { runtime, kernel, version: versionLine('Node.js build') }, additions)
