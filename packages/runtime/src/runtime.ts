import type { RunChild } from './child.ts'
import type { Environment } from './environment.ts'
import type { Files } from './files.ts'
import type { Interruption, StopSignal } from './interruption.ts'

/**
 * A program's access to its process. An app chooses the implementation in its main file, and hands it on; nothing else
 * imports `node:*` modules or a standalone executable's host.
 */
export interface Runtime {
  /** The arguments of the command line, without the program's name. */
  readonly args: readonly string[]
  readonly environment: Environment
  /** The ID of this process, in its PID namespace. */
  readonly pid: number
  /** The path of the program; absent where it is not a single file. */
  readonly executable?: string
  readonly files: Files
  /** Runs a child process to its end. */
  readonly runChild: RunChild
  readonly clock: Clock
  /**
   * Returns a question whether the process has been told to stop. From the call on, SIGINT and SIGTERM no longer end the
   * process: the program has to ask, roll back and end by itself.
   */
  readonly interruption: () => Interruption
  /**
   * Waits until the process is told to stop, which may have been before, after `interruption` was called. It takes no processor
   * time meanwhile; nothing else may run.
   */
  readonly waitForStop: () => Promise<StopSignal>
  /** Ends the process at once. */
  readonly exit: (code: number) => never
}

export interface Clock {
  /** Returns the milliseconds since some moment in the past, with fractions; never goes back (CLOCK_MONOTONIC). */
  readonly now: () => number
  /** Resolves after a time. Nothing else may run meanwhile. */
  readonly sleep: (ms: number) => Promise<void>
}
