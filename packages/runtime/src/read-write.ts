import { err, ok } from 'neverthrow'
import { errorNumbers, type FileSyscalls } from './file-syscalls.ts'
import { createGrowingBuffer } from './growing-buffer.ts'
import type { Clock } from './runtime.ts'
import type { SystemResult } from './system-error.ts'
import { systemError } from './system-error.ts'

/** How long a reader that takes nothing is waited for. */
const patienceMs = 5000

/** Reads an open file to its end. One that does not block is waited for. */
export function readFully(
  { read, waitFor }: Pick<FileSyscalls, 'read' | 'waitFor'>,
  descriptor: number,
  limitBytes: number,
): SystemResult<Uint8Array> {
  const buffer = createGrowingBuffer()
  for (;;) {
    const length = read(descriptor, buffer.room())
    if (length === 0) return ok(buffer.bytes())
    if (length > 0) buffer.add(length)
    else if (length === -errorNumbers.EAGAIN) waitFor(descriptor, 'readable')
    else if (length !== -errorNumbers.EINTR) return err(systemError(-length))
    if (buffer.bytes().length > limitBytes) {
      return err(systemError(errorNumbers.EFBIG, `longer than ${limitBytes} bytes`))
    }
  }
}

/** Writes all of some bytes to an open file. One that does not block and takes nothing is waited for, but not for ever. */
export function writeFully(
  { write, waitFor }: Pick<FileSyscalls, 'write' | 'waitFor'>,
  now: Clock['now'],
  descriptor: number,
  bytes: Uint8Array,
): SystemResult<void> {
  let rest = bytes
  let deadlineMs = Number.POSITIVE_INFINITY
  while (rest.length > 0) {
    const written = write(descriptor, rest)
    if (written > 0) {
      rest = rest.subarray(written)
      deadlineMs = Number.POSITIVE_INFINITY
    } else if (written === -errorNumbers.EAGAIN) {
      deadlineMs = Math.min(deadlineMs, now() + patienceMs)
      if (now() >= deadlineMs) return err(systemError(-written))
      waitFor(descriptor, 'writable')
    } else if (written !== -errorNumbers.EINTR) return err(systemError(written === 0 ? errorNumbers.EIO : -written))
  }
  return ok()
}
