import type { SystemResult } from './system-error.ts'

/** Files and standard streams. Each call is done at once and to its end. Paths are absolute, or relative to the working directory. */
export interface Files {
  /**
   * Reads the rest of an open file as UTF-8. A pipe that does not block is waited for.
   *
   * @param limitBytes more than that is an `EFBIG` error
   */
  readonly readToEnd: (descriptor: number, limitBytes: number) => SystemResult<string>
  /**
   * Writes all of a text to an open file, which may be a pipe that is full and does not block.
   *
   * @returns whether all was written: a stream may be closed, or full for longer than 5 s
   */
  readonly write: (descriptor: number, text: string) => boolean
  /** Reads a whole file as UTF-8; one of more than 16 MiB is an `EFBIG` error. */
  readonly read: (path: string) => SystemResult<string>
  /** Reads a whole file; one of more than 16 MiB is an `EFBIG` error. */
  readonly readBytes: (path: string) => SystemResult<Uint8Array>
  /** Makes or replaces a file (mode 0644). */
  readonly writeFile: (path: string, text: string) => SystemResult<void>
  /**
   * Adds a text to a file in one write(2), so that the lines of parallel processes do not mix; makes the file if it is missing.
   * A named pipe without a reader is not waited for.
   */
  readonly append: (path: string, text: string) => SystemResult<void>
  /** Returns the names in a directory, sorted. */
  readonly list: (path: string) => SystemResult<readonly string[]>
  /** Returns the target of a symbolic link. */
  readonly readLink: (path: string) => SystemResult<string>
  /** Looks at a file, through symbolic links. */
  readonly stat: (path: string) => SystemResult<FileStatus>
  /** Looks at an open file. */
  readonly statDescriptor: (descriptor: number) => SystemResult<FileStatus>
  /** Fails unless the file may be used so by this process (access(2)); `exist`: unless it exists. */
  readonly access: (path: string, use: 'exist' | 'read' | 'write' | 'execute') => SystemResult<void>
  /** Opens a file for reading and writing, and closes it again. */
  readonly tryOpen: (path: string) => SystemResult<void>
  /** Makes a directory and those above it that are missing. */
  readonly makeDirectory: (path: string) => SystemResult<void>
  /** Makes a new file of a text, with a mode such as 0o600, and has it written to the disk (fsync). On failure there is none. */
  readonly create: (path: string, text: string, mode: number) => SystemResult<void>
  /** Copies a file to a new one, with a mode such as 0o755, and has it written to the disk (fsync). On failure there is none. */
  readonly copy: (from: string, to: string, mode: number) => SystemResult<void>
  /** Renames a file over whatever has the new name, and has the directory written to the disk. */
  readonly rename: (from: string, to: string) => SystemResult<void>
  /** Removes a file, and has the directory written to the disk; a missing one is no error. */
  readonly remove: (path: string) => SystemResult<void>
  /** Whether an open file is a terminal. */
  readonly isTerminal: (descriptor: number) => boolean
}

/** @see stat(2) */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'pipe' | 'socket' | 'other'
  readonly inode: bigint
  /** When it was last written to, in milliseconds since 1970. */
  readonly modifiedMs: number
}
