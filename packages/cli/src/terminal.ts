import type { Kernel } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'

/** What the command line works with. */
export interface Terminal {
  readonly runtime: Runtime
  readonly version: string
  readonly kernel: Kernel
  /** Writes one line to the standard output. Whether it could. */
  readonly print: (line: string) => boolean
  /** Writes one line to the standard error. */
  readonly printError: (line: string) => void
  /** Whether a person is watching the output. */
  readonly isInteractive: boolean
}

/** Exit codes of the command line. */
export const exitCodes = { done: 0, usage: 1, failed: 2 } as const
