/**
 * The module that the host of a standalone executable gives to its program: what JavaScript cannot do itself.
 *
 * @see packages/standalone/host
 */
declare module 'standalone:host' {
  export const architecture: 'x64' | 'arm64'
  /**
   * Returns the words of the command line, the program's name first. What is no UTF-8 becomes U+FFFD, maybe with a character that
   * follows.
   */
  export function args(): readonly string[]
  /** Returns the variables, `NAME=value` each; what is no UTF-8 as in `args`. */
  export function environment(): readonly string[]
  /**
   * Makes a system call.
   *
   * @param number of the call, of this architecture
   * @param args up to six: a number or bigint; bytes, by address. Numbers may be negative, and have up to 53 bits
   * @returns what the call returns, or the negative error number
   */
  export function syscall(number: number, ...args: readonly (number | bigint | Uint8Array)[]): number
  /** Returns the address of bytes, which is valid as long as they are referred to. */
  export function address(bytes: Uint8Array): number
  /** Returns a text's UTF-8 bytes; half a surrogate pair becomes three bytes like any character. */
  export function toBytes(text: string): ArrayBuffer
  /**
   * Returns the text of UTF-8 bytes. Three bytes of half a surrogate pair become that; what else is no UTF-8 becomes U+FFFD, maybe
   * with a character that follows.
   */
  export function toText(bytes: Uint8Array): string
  /**
   * Starts a child process: in a session of its own, no signal blocked or ignored. Files that are not to be closed at its start
   * (FD_CLOEXEC) are open in it.
   *
   * @param file path of the program, with a zero byte at its end
   * @param args addresses of the words, the program's name first; each ends with a zero byte, the list with a zero address
   * @param environment addresses of `NAME=value`, in the same form
   * @param directory path of its working directory, with a zero byte at its end; only that byte: the directory of this process
   * @param stdin its standard streams: each a descriptor above 2, or the same stream
   * @returns its process ID, or the negative error number
   */
  export function spawn(
    file: Uint8Array,
    args: Uint8Array,
    environment: Uint8Array,
    directory: Uint8Array,
    stdin: number,
    stdout: number,
    stderr: number,
  ): number
  /**
   * Imports a module of the program. `standalone build` calls it for `import('./name')`.
   *
   * @param name of the module, without `./`
   * @returns a promise of its namespace
   */
  export function importModule(name: string): Promise<object>
  /** Ends the process at once. */
  export function exit(code: number): never
  /**
   * Ends the process at once with exit code 1: one line on standard error, the program's name and the reason; where CNI_COMMAND is
   * set and nothing was written to standard output, also an error as the CNI specification has it, with code 999 and the reason.
   */
  export function fatal(reason: string): never
}
