import { closeSync, openSync, readlinkSync, readSync, writeSync } from 'node:fs'
import koffi from 'koffi'
import type { Syscalls } from './syscalls.ts'

/** The system calls in Node.js: its own where it has them, else by way of the C library, glibc or musl. */
export function nodeSyscalls(): Syscalls {
  // The process itself has loaded its C library.
  const libc = koffi.load(null)
  const flock = libc.func('int flock(int, int)')
  const ioctl = libc.func('int ioctl(int, unsigned long, void *)')
  const ioctlNumber = libc.func('int ioctl(int, unsigned long, unsigned long)')
  const socket = libc.func('int socket(int, int, int)')
  const connect = libc.func('int connect(int, const void *, uint32_t)')
  const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)')
  const send = libc.func('intptr_t send(int, const void *, size_t, int)')
  const recv = libc.func('intptr_t recv(int, void *, size_t, int)')
  const setns = libc.func('int setns(int, int)')
  const result = (returned: number) => (returned < 0 ? -koffi.errno() : returned)
  return {
    open: (path, flags) => attempt(() => openSync(path, flags, 0o644)),
    close: (descriptor) => attempt(() => closeSync(descriptor)) ?? 0,
    read: (descriptor, buffer) => attempt(() => readSync(descriptor, buffer)),
    write: (descriptor, buffer) => attempt(() => writeSync(descriptor, buffer)),
    readlink: (path) => attempt(() => readlinkSync(path)),
    ioctl: (fd, request, argument) =>
      result(typeof argument === 'number' ? ioctlNumber(fd, request, argument) : ioctl(fd, request, argument)),
    flock: (descriptor, operation) => result(flock(descriptor, operation)),
    socket: (domain, type, protocol) => result(socket(domain, type, protocol)),
    connect: (fd, address) => result(connect(fd, address, address.length)),
    setsockopt: (fd, level, option, value) => result(setsockopt(fd, level, option, value, value.length)),
    send: (fd, buffer) => result(send(fd, buffer, buffer.length, 0)),
    recv: (fd, buffer, flags) => result(recv(fd, buffer, buffer.length, flags)),
    setns: (fd, type) => result(setns(fd, type)),
  }
}

const ENOENT = 2

function attempt<T>(call: () => T): T | number {
  try {
    return call()
  } catch (error) {
    // node:fs throws nothing else; without a number it has refused the path itself, which has a zero byte in it.
    return (error as NodeJS.ErrnoException).errno ?? -ENOENT
  }
}
