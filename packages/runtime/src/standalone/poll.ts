import { syscall } from 'standalone:host'
import { timespec } from './structs.ts'
import { calls } from './syscall-numbers.ts'

/** poll.h. Errors and hang-ups are told in any case. */
const events = { readable: 0x1, writable: 0x4 } as const
const entryLength = 8

/** An open file that is waited for. */
export interface Awaited {
  readonly descriptor: number
  readonly event: keyof typeof events
}

/**
 * Waits until something can be done with one of some open files.
 *
 * @returns the descriptors that a read or write will not wait for; none after the time, or when a signal came
 */
export function poll(files: readonly Awaited[], timeoutMs: number): ReadonlySet<number> {
  const entries = new DataView(new ArrayBuffer(entryLength * files.length))
  files.forEach(({ descriptor, event }, n) => {
    entries.setInt32(entryLength * n, descriptor, true)
    entries.setInt16(entryLength * n + 4, events[event], true)
  })
  const found = syscall(calls.ppoll, new Uint8Array(entries.buffer), files.length, timespec(timeoutMs), 0, 0)
  if (found <= 0) return new Set()
  const isReady = (_: Awaited, n: number) => entries.getInt16(entryLength * n + 6, true) !== 0
  return new Set(files.filter(isReady).map(({ descriptor }) => descriptor))
}
