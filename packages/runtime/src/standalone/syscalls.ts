import { fatal, syscall } from 'standalone:host'
import type { Syscalls } from '../syscalls.ts'
import { standaloneFileSyscalls } from './file-syscalls.ts'
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
    fchown: (descriptor, user, group) => syscall(calls.fchown, descriptor, user, group),
    flock: (descriptor, operation) => syscall(calls.flock, descriptor, operation),
    socket: (domain, type, protocol) => syscall(calls.socket, domain, type, protocol),
    connect: (descriptor, address) => syscall(calls.connect, descriptor, address, address.length),
    bind: (descriptor, address) => syscall(calls.bind, descriptor, address, address.length),
    setsockopt: (descriptor, level, option, value) =>
      syscall(calls.setsockopt, descriptor, level, option, value, value.length),
    send: (descriptor, buffer) => syscall(calls.sendto, descriptor, buffer, buffer.length, 0, 0, 0),
    recv: (descriptor, buffer, flags) => syscall(calls.recvfrom, descriptor, buffer, buffer.length, flags, 0, 0),
    setns: (descriptor, type) => syscall(calls.setns, descriptor, type),
    abort: fatal,
  }
}
