import { ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'

/** Returns the result of operations of node:fs. */
export function attempt<T>(operation: () => T | Promise<T>): ResultAsync<T, Failure> {
  return ResultAsync.fromPromise((async () => operation())(), (error) => {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
    // It says the code twice: here it has a place of its own.
    const words = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message
    // Node's own code for, among others, a null character in a path.
    return { errno: code === 'ERR_INVALID_ARG_VALUE' ? 'EINVAL' : code, message: words }
  })
}
