import { dlopen, type Pointer, read } from 'bun:ffi'
import type { Syscalls } from './syscalls.ts'

/** The C library. glibc is called so; musl, when it is asked for any `libc.…`, gives itself. */
const library = 'libc.so.6'
const ENOENT = 2
/** Longer than any target of a link in /proc. */
const linkLength = 256

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * The system calls in Bun, by way of the C library. Not by `node:fs`, which takes more time to load than a network takes to
 * build.
 */
export function bunSyscalls(): Syscalls {
  const { __errno_location: errnoLocation, ...libc } = dlopen(library, {
    __errno_location: { args: [], returns: 'ptr' },
    open: { args: ['ptr', 'i32', 'i32'], returns: 'i32' },
    close: { args: ['i32'], returns: 'i32' },
    // Nothing is longer than 32 bits can say.
    read: { args: ['i32', 'ptr', 'u64'], returns: 'i32' },
    write: { args: ['i32', 'ptr', 'u64'], returns: 'i32' },
    readlink: { args: ['ptr', 'ptr', 'u64'], returns: 'i32' },
    flock: { args: ['i32', 'i32'], returns: 'i32' },
    socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
    connect: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
    setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
    send: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i32' },
    recv: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i32' },
    setns: { args: ['i32', 'i32'], returns: 'i32' },
  }).symbols
  let devices: Devices | undefined
  const result = (returned: number) =>
    // It returns a pointer, which is a number to Bun.
    returned < 0 ? -read.i32(errnoLocation() as Pointer) : returned
  return {
    open: (path, flags) => (path.includes('\0') ? -ENOENT : result(libc.open(zeroEnded(path), flags, 0o644))),
    close: (descriptor) => result(libc.close(descriptor)),
    read: (descriptor, buffer) => result(libc.read(descriptor, buffer, buffer.length)),
    write: (descriptor, buffer) => result(libc.write(descriptor, buffer, buffer.length)),
    readlink: (path) => {
      const target = new Uint8Array(linkLength)
      const length = result(libc.readlink(zeroEnded(path), target, linkLength))
      return length < 0 ? length : decoder.decode(target.subarray(0, length))
    },
    ioctl: (descriptor, request, argument) => {
      // Each function takes time to make, and most commands need none of these.
      devices ??= {
        withBuffer: dlopen(library, { ioctl: { args: ['i32', 'u64', 'ptr'], returns: 'i32' } }).symbols.ioctl,
        withNumber: dlopen(library, { ioctl: { args: ['i32', 'u64', 'u64'], returns: 'i32' } }).symbols.ioctl,
      }
      const { withBuffer, withNumber } = devices
      return result(
        typeof argument === 'number'
          ? withNumber(descriptor, request, argument)
          : withBuffer(descriptor, request, argument),
      )
    },
    flock: (descriptor, operation) => result(libc.flock(descriptor, operation)),
    socket: (domain, type, protocol) => result(libc.socket(domain, type, protocol)),
    connect: (fd, address) => result(libc.connect(fd, address, address.length)),
    setsockopt: (fd, level, option, value) => result(libc.setsockopt(fd, level, option, value, value.length)),
    send: (fd, buffer) => result(libc.send(fd, buffer, buffer.length, 0)),
    recv: (fd, buffer, flags) => result(libc.recv(fd, buffer, buffer.length, flags)),
    setns: (fd, type) => result(libc.setns(fd, type)),
  }
}

/** ioctl(2), whose argument is a buffer or a number. */
interface Devices {
  readonly withBuffer: (descriptor: number, request: number, argument: Uint8Array) => number
  readonly withNumber: (descriptor: number, request: number, argument: number) => number
}

function zeroEnded(text: string): Uint8Array {
  return encoder.encode(`${text}\0`)
}
