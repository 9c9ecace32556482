import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { start } from './start.ts'

const runtime = standaloneRuntime()

await start({
  runtime,
  kernel: createRtnetlinkKernel(standaloneSyscalls(), { macTranslator: nftTranslator(runtime) }),
  name: 'standalone executable',
})
