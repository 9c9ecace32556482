import { syscall } from 'standalone:host'
import { errorNumbers } from '../file-syscalls.ts'
import { createGrowingBuffer } from '../growing-buffer.ts'
import { calls } from './syscall-numbers.ts'
import { encodeUtf8 } from './utf8.ts'

/** An end of a pipe, which does not block, until it is closed. */
interface Stream {
  readonly descriptor: number
  readonly isOpen: () => boolean
  readonly close: () => void
}

/** The standard input of a child process, and what it is to read. */
export interface Feed extends Stream {
  /** Writes as much as the pipe takes; closes it at the end. */
  readonly write: () => void
}

/** A standard output of a child process. */
export interface Output extends Stream {
  /** Reads what is there; closes the pipe at its end, and when it is too much. */
  readonly read: () => void
  readonly isTooMuch: () => boolean
  /** Returns what has been read, at most as much as is allowed. */
  readonly bytes: () => Uint8Array
}

export function createFeed(descriptor: number, text: string): Feed {
  const stream = createStream(descriptor)
  let rest = encodeUtf8(text)
  const write = () => {
    while (rest.length > 0) {
      const written = syscall(calls.write, descriptor, rest, rest.length)
      if (written === -errorNumbers.EAGAIN) return
      if (written >= 0) rest = rest.subarray(written)
      // EPIPE: a child need not read its input to the end.
      else if (written !== -errorNumbers.EINTR) break
    }
    stream.close()
  }
  return { ...stream, write }
}

/** @param pass gets all that is read, as it comes */
export function createOutput(descriptor: number, limitBytes: number, pass?: (bytes: Uint8Array) => void): Output {
  const stream = createStream(descriptor)
  const buffer = createGrowingBuffer()
  const isTooMuch = () => buffer.bytes().length > limitBytes
  const read = () => {
    while (!isTooMuch()) {
      const room = buffer.room()
      const length = syscall(calls.read, descriptor, room, room.length)
      if (length === -errorNumbers.EAGAIN) return
      if (length > 0) {
        buffer.add(length)
        pass?.(room.subarray(0, length))
      } else if (length !== -errorNumbers.EINTR) break
    }
    stream.close()
  }
  return { ...stream, read, isTooMuch, bytes: () => buffer.bytes().subarray(0, limitBytes) }
}

function createStream(descriptor: number): Stream {
  let isOpen = true
  const close = () => {
    if (isOpen) syscall(calls.close, descriptor)
    isOpen = false
  }
  return { descriptor, isOpen: () => isOpen, close }
}
