import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { startVpcBridge } from './start-vpc-bridge.ts'

const runtime = nodeRuntime()
const kernel = createRtnetlinkKernel(nodeSyscalls(), { macTranslator: nftTranslator(runtime) })

await startVpcBridge({ runtime, kernel }, 'Node.js build')
