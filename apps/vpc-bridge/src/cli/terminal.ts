import type { Environment } from '@vpc-bridge/cni'
import type { Kernel } from '@vpc-bridge/kernel'
import type { Result } from 'neverthrow'
import type { Files } from '../files.ts'

/** What the command line needs of the process. */
export interface Terminal {
  readonly environment: Environment
  readonly version: string
  /** Path of the program, if it is a single file. */
  readonly executable?: string
  readonly kernel: Kernel
  readonly append: Files['append']
  /** Reads the standard input to its end; the error is one line. */
  readonly readInput: () => Result<string, string>
  /** Writes one line to the standard output. Whether it could. */
  readonly print: (line: string) => boolean
  /** Writes one line to the standard error. */
  readonly printError: (line: string) => void
  /** Whether a person is watching the output. */
  readonly isInteractive: boolean
}

/** Exit codes of the command line. */
export const exitCodes = { done: 0, usage: 1, failed: 2 } as const
