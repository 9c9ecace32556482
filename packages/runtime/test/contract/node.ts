import { nodeRuntime } from '../../src/node/runtime.ts'
import { nodeSyscalls } from '../../src/node/syscalls.ts'
import { main } from './program.ts'

await main(nodeRuntime(), nodeSyscalls())
