import { encodeUtf8, exit, syscall } from 'standalone:host'
import type { Syscalls } from '../syscalls.ts'
import { standaloneFileSyscalls } from './file-syscalls.ts'
import { signals } from './signals.ts'
import { calls } from './syscall-numbers.ts'

/** Returns the system calls in a standalone executable. */
export function standaloneSyscalls(): Syscalls {
  const { open, close, read, write, readlink } = standaloneFileSyscalls
  return {
    open: (path, flags) => open(path, flags, 0o644),
    close,
    read,
    write,
    readlink,
    ioctl: (descriptor, request, argument) => syscall(calls.ioctl, descriptor, request, argument),
    flock: (descriptor, operation) => syscall(calls.flock, descriptor, operation),
    socket: (domain, type, protocol) => syscall(calls.socket, domain, type, protocol),
    connect: (descriptor, address) => syscall(calls.connect, descriptor, address, address.length),
    setsockopt: (descriptor, level, option, value) =>
      syscall(calls.setsockopt, descriptor, level, option, value, value.length),
    send: (descriptor, buffer) => syscall(calls.sendto, descriptor, buffer, buffer.length, 0, 0, 0),
    recv: (descriptor, buffer, flags) => syscall(calls.recvfrom, descriptor, buffer, buffer.length, flags, 0, 0),
    setns: (descriptor, type) => syscall(calls.setns, descriptor, type),
    abort: (reason) => {
      write(2, encodeUtf8(`${reason}\n`))
      syscall(calls.kill, syscall(calls.getpid), signals.SIGABRT)
      // The first process of a PID namespace is not killed so.
      return exit(128 + signals.SIGABRT)
    },
  }
}
