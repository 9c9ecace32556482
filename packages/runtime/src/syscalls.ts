/**
 * The system calls that a program makes itself. All act on the calling thread at once.
 *
 * Each returns what the call returns, or the negative error number.
 */
export interface Syscalls {
  /** open(2); a new file can be read by all */
  readonly open: (path: string, flags: number) => number
  /** close(2) */
  readonly close: (descriptor: number) => number
  /** read(2) */
  readonly read: (descriptor: number, buffer: Uint8Array) => number
  /** write(2) */
  readonly write: (descriptor: number, buffer: Uint8Array) => number
  /** readlink(2); the text, not its length */
  readonly readlink: (path: string) => string | number
  /** ioctl(2) with a buffer, or with a number */
  readonly ioctl: (descriptor: number, request: number, argument: Uint8Array | number) => number
  /** fchown(2); -1 leaves the user, or the group, as it is */
  readonly fchown: (descriptor: number, user: number, group: number) => number
  /** flock(2) */
  readonly flock: (descriptor: number, operation: number) => number
  /** socket(2) */
  readonly socket: (domain: number, type: number, protocol: number) => number
  /** connect(2) */
  readonly connect: (descriptor: number, address: Uint8Array) => number
  /** bind(2) */
  readonly bind: (descriptor: number, address: Uint8Array) => number
  /** setsockopt(2) */
  readonly setsockopt: (descriptor: number, level: number, option: number, value: Uint8Array) => number
  /** send(2) without flags */
  readonly send: (descriptor: number, buffer: Uint8Array) => number
  /** recv(2) */
  readonly recv: (descriptor: number, buffer: Uint8Array, flags: number) => number
  /** setns(2) */
  readonly setns: (descriptor: number, type: number) => number
  /**
   * Ends the process at once with exit code 1, where going on would do harm. Writes the reason, one line, to standard error; where a
   * container runtime started it (`CNI_COMMAND` is set) also an error as the CNI specification has it, with code 999, to standard
   * output. A standalone executable does not where something was written there, which Node.js does not know.
   */
  readonly abort: (reason: string) => never
}

/** Flags of open(2) that are the same on all processors (asm-generic/fcntl.h). */
export const openFlags = {
  read: 0,
  write: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
  nonblocking: 0o4000,
  closeOnExec: 0o2000000,
} as const
