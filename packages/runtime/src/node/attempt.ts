import { errorNumbers } from '../file-syscalls.ts'

/** Calls a function of `node:fs`; returns what it returns, or the negative error number. */
export function attempt<T>(call: () => T): T | number {
  try {
    return call()
  } catch (error) {
    // node:fs throws nothing else; without a number it has refused an argument itself: a path with a zero byte in it.
    return (error as NodeJS.ErrnoException).errno ?? -errorNumbers.EINVAL
  }
}

/** Calls a function of `node:fs`; returns 0, or the negative error number. */
export function succeed(call: () => void): number {
  return attempt(() => {
    call()
    return 0
  })
}
