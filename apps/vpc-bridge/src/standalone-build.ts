import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import type { Build } from './start.ts'

/** Returns what the standalone executable works with. */
export function standaloneBuild(): Build {
  const runtime = standaloneRuntime()
  return {
    runtime,
    kernel: createRtnetlinkKernel(standaloneSyscalls(), { macTranslator: nftTranslator(runtime) }),
    name: 'standalone executable',
  }
}
