import { err, ok } from 'neverthrow'
import { errorNumbers } from './file-syscalls.ts'
import type { Syscalls } from './syscalls.ts'
import type { SystemResult } from './system-error.ts'
import { systemError } from './system-error.ts'

/** LOCK_SH and LOCK_EX, with LOCK_NB. */
const operations = { shared: 1 | 4, exclusive: 2 | 4 } as const

/**
 * Locks an open file, which belongs to the lock from then on: it is closed by the release, however this process ends, or at once
 * if there is no lock.
 *
 * @returns the release; `undefined` when another process has a lock that is in the way
 * @see flock(2)
 */
export function lockDescriptor(
  { flock, close }: Pick<Syscalls, 'close' | 'flock'>,
  descriptor: number,
  mode: 'shared' | 'exclusive',
): SystemResult<(() => void) | undefined> {
  const locked = flock(descriptor, operations[mode])
  if (locked >= 0) return ok(() => close(descriptor))
  close(descriptor)
  return locked === -errorNumbers.EAGAIN ? ok(undefined) : err(systemError(-locked))
}
