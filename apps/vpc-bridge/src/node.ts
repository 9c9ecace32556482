import { start } from '@vpc-bridge/cli'
import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { additions } from './cli/additions.ts'
import { vpcBridge } from './cni-plugin.ts'
import { versionLine } from './version.ts'

const runtime = nodeRuntime()

const build = {
  runtime,
  kernel: createIproute2Kernel({ macTranslator: nftTranslator(runtime) }),
  version: versionLine('iproute2'),
}

await start(vpcBridge, build, additions)
