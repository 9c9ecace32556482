import { dlopen, type Pointer, read } from 'bun:ffi'
import type { Syscalls } from './syscalls.ts'

/** What the C library is called: glibc, and musl on either kind of processor. */
const libraries = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1']

/** The system calls in Bun, by way of the C library, glibc or musl. Each symbol is compiled here, so there are few. */
export function bunSyscalls(): Syscalls {
  const { __errno_location: errnoLocation, ...libc } = open()
  const result = (returned: number) =>
    // It returns a pointer, which is a number to Bun.
    returned < 0 ? -read.i32(errnoLocation() as Pointer) : returned
  return {
    socket: (domain, type, protocol) => result(libc.socket(domain, type, protocol)),
    setsockopt: (fd, level, option, value) => result(libc.setsockopt(fd, level, option, value, value.length)),
    send: (fd, buffer) => result(Number(libc.send(fd, buffer, buffer.length, 0))),
    recv: (fd, buffer, flags) => result(Number(libc.recv(fd, buffer, buffer.length, flags))),
    setns: (fd, type) => result(libc.setns(fd, type)),
  }
}

function open() {
  let reason: unknown
  for (const library of libraries) {
    try {
      return dlopen(library, {
        __errno_location: { args: [], returns: 'ptr' },
        socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
        setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' },
        // No message is longer than 32 bits can say.
        send: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i32' },
        recv: { args: ['i32', 'ptr', 'u64', 'i32'], returns: 'i32' },
        setns: { args: ['i32', 'i32'], returns: 'i32' },
      }).symbols
    } catch (error) {
      reason = error
    }
  }
  throw new Error(`no C library could be loaded: tried ${libraries.join(', ')}`, { cause: reason })
}
