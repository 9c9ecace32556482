import type { Environment } from './environment.ts'
import type { Interruption } from './interruption.ts'

export interface ChildOptions {
  /** All of its environment. */
  readonly environment: Environment
  /** Its standard input; absent: empty. It is fed while the output is read. */
  readonly input?: string
  /** Its working directory; absent: that of this process. */
  readonly directory?: string
  /** How long it may take, in milliseconds, before its process group is killed. */
  readonly timeoutMs: number
  /** How much it may write to standard output and error, in bytes each, before its process group is killed. */
  readonly outputLimitBytes: number
  /** Also writes its standard error to that of this process, as it comes. */
  readonly passStderrOn?: boolean
  /**
   * Ends the child when this process is told to stop: SIGTERM to its process group, SIGKILL 2 s later. One that is to
   * start after that is not started. Absent: it goes on.
   */
  readonly interruption?: Interruption
}

/** How a child process ended. */
export type ChildEnd =
  | ({ readonly kind: 'exited'; readonly code: number } & ChildOutput)
  | ({ readonly kind: 'killed'; readonly signal: string } & ChildOutput)
  /** The errno says why: ENOENT where the program is missing. */
  | { readonly kind: 'not started'; readonly errno: string; readonly message: string }
  | ({ readonly kind: 'timed out' } & ChildOutput)
  | ({ readonly kind: 'too much output' } & ChildOutput)
  | ({ readonly kind: 'interrupted'; readonly reason: string } & ChildOutput)

export interface ChildOutput {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a child process to its end, without a shell, in a process group of its own: a Ctrl-C that ends a person's command must
 * not end an operation half-way. Its signals are as at the start of a process, whatever this one ignores or blocks. Never
 * rejects, leaves no zombie.
 *
 * @param file the path of the program, or a name without "/", which is looked up in the PATH of the child's environment
 * @param args without the program's name
 */
export type RunChild = (file: string, args: readonly string[], options: ChildOptions) => Promise<ChildEnd>
