/**
 * The system calls that Node.js and Bun have no function for. All act on the calling thread at once.
 *
 * Each returns what the call returns, or the negative error number.
 */
export interface Syscalls {
  /** socket(2) */
  readonly socket: (domain: number, type: number, protocol: number) => number
  /** setsockopt(2) */
  readonly setsockopt: (descriptor: number, level: number, option: number, value: Uint8Array) => number
  /** send(2) without flags */
  readonly send: (descriptor: number, buffer: Uint8Array) => number
  /** recv(2) */
  readonly recv: (descriptor: number, buffer: Uint8Array, flags: number) => number
  /** setns(2) */
  readonly setns: (descriptor: number, type: number) => number
}
