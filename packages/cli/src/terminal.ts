import type { Kernel } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'

/** The means of the command line. */
export interface Terminal {
  /** Name of the plugin, and of its command. */
  readonly type: string
  /** How this program is called: by its path, if the shell does not find it by its name. */
  readonly program: string
  readonly runtime: Runtime
  readonly version: string
  readonly kernel: Kernel
  /** Writes one line to the standard output; returns true if it could. */
  readonly print: (line: string) => boolean
  /** Writes one line to the standard error. */
  readonly printError: (line: string) => void
  /** True if a person is watching the output. */
  readonly isInteractive: boolean
}

/** Exit codes of the command line. */
export const exitCodes = { done: 0, usage: 1, failed: 2 } as const
