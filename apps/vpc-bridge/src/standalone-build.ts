import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import type { Program } from '@vpc-bridge/plugin'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'

/** Returns what the standalone executable works with. */
export function standaloneBuild(): Program {
  const runtime = standaloneRuntime()
  return {
    runtime,
    kernel: createRtnetlinkKernel(standaloneSyscalls(), { macTranslator: nftTranslator(runtime) }),
  }
}
