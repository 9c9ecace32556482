import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { start } from './start.ts'

const runtime = nodeRuntime()

await start({
  runtime,
  kernel: createRtnetlinkKernel(nodeSyscalls(), { macTranslator: nftTranslator(runtime) }),
  name: 'Node.js build',
})
