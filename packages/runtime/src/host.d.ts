/**
 * The module that the host of a standalone executable gives to its program: what JavaScript cannot do itself.
 *
 * @see packages/standalone/host
 */
declare module 'standalone:host' {
  /** The words of the command line, the program's name first. */
  export const args: readonly string[]
  export const environment: Readonly<Record<string, string>>
  export const architecture: 'x64' | 'arm64'
  /**
   * Makes a system call.
   *
   * @param number of the call, of this architecture
   * @param args up to six: a number or bigint; bytes, by address; a text, as UTF-8 with a zero byte at its end, by address (-EINVAL where
   * it has one inside). Numbers may be negative, and have up to 53 bits
   * @returns what the call returns, or the negative error number
   */
  export function syscall(number: number, ...args: readonly (number | bigint | string | Uint8Array)[]): number
  /** Returns a text's UTF-8 bytes. */
  export function encodeUtf8(text: string): Uint8Array
  /** Returns the text of UTF-8 bytes; what is no UTF-8 becomes U+FFFD. */
  export function decodeUtf8(bytes: Uint8Array): string
  /** Returns CLOCK_MONOTONIC in milliseconds, with fractions. */
  export function now(): number
  /**
   * Starts a child process: in a session of its own, no signal blocked or ignored, no other files open than these three.
   *
   * @param file path of the program
   * @param args the program's name first
   * @param environment `NAME=value` each
   * @param directory its working directory; empty: that of this process
   * @returns its process ID, or the negative error number
   */
  export function spawn(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    directory: string,
    stdin: number,
    stdout: number,
    stderr: number,
  ): number
  /** Ends the process at once. */
  export function exit(code: number): never
}
