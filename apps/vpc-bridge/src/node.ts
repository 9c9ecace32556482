import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nftForwardFilter } from '@vpc-bridge/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { startVpcBridge } from './start-vpc-bridge.ts'

const runtime = nodeRuntime()
const filters = { macTranslator: nftTranslator(runtime), forwardFilter: nftForwardFilter(runtime) }
const kernel = createRtnetlinkKernel(nodeSyscalls(), filters)

await startVpcBridge({ runtime, kernel }, 'Node.js build')
