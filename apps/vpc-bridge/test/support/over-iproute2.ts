import { start } from '@vpc-bridge/cli'
import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { additions } from '../../src/cli/additions.ts'
import { vpcBridge } from '../../src/vpc-bridge.ts'

/*
 * The program over `ip`, in Node.js.
 */

const runtime = nodeRuntime()

const kernel = createIproute2Kernel(runtime, nodeSyscalls(), { macTranslator: nftTranslator(runtime) })

await start(vpcBridge, { runtime, kernel, version: 'test build' }, additions)
