/*
 * What system calls read and write in memory. Numbers are in the byte order of the machine, which is little on both
 * architectures.
 */

/** Returns a struct timespec. */
export function timespec(ms: number): Uint8Array {
  const seconds = Math.floor(ms / 1000)
  const buffer = new Uint8Array(16)
  const view = new DataView(buffer.buffer)
  view.setBigInt64(0, BigInt(seconds), true)
  view.setBigInt64(8, BigInt(Math.round((ms - 1000 * seconds) * 1e6)), true)
  return buffer
}
