import { start } from '@vpc-bridge/cli'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { createRtnetlinkKernel } from '@vpc-bridge/rtnetlink'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { additions } from './cli/additions.ts'
import { vpcBridge } from './cni-plugin.ts'
import { versionLine } from './version.ts'

const runtime = standaloneRuntime()

const build = {
  runtime,
  kernel: createRtnetlinkKernel(standaloneSyscalls(), { macTranslator: nftTranslator(runtime) }),
  version: versionLine('rtnetlink'),
}

await start(vpcBridge, build, additions)
