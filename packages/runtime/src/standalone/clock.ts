import { syscall } from 'standalone:host'
import { calls } from './syscall-numbers.ts'

const CLOCK_MONOTONIC = 1
/** struct timespec */
const time = new BigInt64Array(2)
const timeBytes = new Uint8Array(time.buffer)

/** Returns CLOCK_MONOTONIC in milliseconds, with fractions. */
export function now(): number {
  syscall(calls.clock_gettime, CLOCK_MONOTONIC, timeBytes)
  const [seconds = 0n, nanoseconds = 0n] = time
  return Number(seconds) * 1e3 + Number(nanoseconds) / 1e6
}
