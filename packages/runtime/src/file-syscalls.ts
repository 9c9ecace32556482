import type { FileStatus } from './files.ts'

/** The system calls on files, by an engine's own means. Each returns what the call returns, or the negative error number. */
export interface FileSyscalls {
  /** open(2) with `openFlags` */
  readonly open: (path: string, flags: number, mode: number) => number
  readonly close: (descriptor: number) => number
  readonly read: (descriptor: number, buffer: Uint8Array) => number
  readonly write: (descriptor: number, buffer: Uint8Array) => number
  readonly stat: (path: string) => FileStatus | number
  readonly fstat: (descriptor: number) => FileStatus | number
  readonly readlink: (path: string) => string | number
  /** The names in a directory but `.` and `..`, in any order. */
  readonly list: (path: string) => readonly string[] | number
  /** access(2) */
  readonly access: (path: string, mode: number) => number
  readonly mkdir: (path: string, mode: number) => number
  readonly rename: (from: string, to: string) => number
  readonly unlink: (path: string) => number
  readonly fchmod: (descriptor: number, mode: number) => number
  readonly fsync: (descriptor: number) => number
  readonly isTerminal: (descriptor: number) => boolean
  /** Waits until a file can be read from or written to, or for a time of the implementation's choice, at most 100 ms. */
  readonly waitFor: (descriptor: number, event: 'readable' | 'writable') => void
  readonly encodeUtf8: (text: string) => Uint8Array
  /** A U+FEFF at the start stays. */
  readonly decodeUtf8: (bytes: Uint8Array) => string
}

/** Numbers of the errors that are not the end of the matter (asm-generic/errno-base.h). */
export const errorNumbers = { ENOENT: 2, EINTR: 4, EIO: 5, EAGAIN: 11, EEXIST: 17, EINVAL: 22, EFBIG: 27 } as const
