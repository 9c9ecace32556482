import type { Result } from 'neverthrow'

/** What the program does with files and its standard streams, each at once and to the end. */
export interface Files {
  /** The rest of an open file; the error is one line. */
  readonly readToEnd: (descriptor: number) => Result<string, string>
  /** Whether all of it could be written: the streams that a runtime gives may be closed, or full. */
  readonly write: (descriptor: number, text: string) => boolean
  /** Adds to a file, and makes it if there is none. Whether it could. */
  readonly append: (path: string, text: string) => boolean
}
