import { nodeRuntime } from '@vpc-bridge/runtime/node'

/** The clock of this machine. */
export const { clock } = nodeRuntime()
