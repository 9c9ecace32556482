import { createIproute2Kernel } from '@vpc-bridge/iproute2'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { start } from '../../src/start.ts'

/*
 * The program over `ip`, in Node.js.
 */

const runtime = nodeRuntime()

await start({ runtime, kernel: createIproute2Kernel({ macTranslator: nftTranslator(runtime) }), name: 'test build' })
