import { pause } from './pause.ts'

const EAGAIN = 11
/** In milliseconds: how long a reader that takes nothing is waited for. */
const patience = 5000

/**
 * Writes all of something to what may take it in parts, or not at once: a pipe that is full and does not block.
 *
 * @param write takes what is left; returns how many bytes it wrote, or the negative error number
 * @returns whether all of it was written
 */
export function patiently(bytes: Uint8Array, write: (rest: Uint8Array) => number): boolean {
  let rest = bytes
  let waited = 0
  while (rest.length > 0) {
    const written = write(rest)
    if (written === -EAGAIN && waited < patience) {
      waited += 1
      pause()
    } else if (written < 0) return false
    else rest = rest.subarray(written)
  }
  return true
}
