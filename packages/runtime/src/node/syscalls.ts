import koffi from 'koffi'
import type { Syscalls } from '../syscalls.ts'
import { nodeFileSyscalls } from './file-syscalls.ts'

/** Returns the system calls in Node.js: its own where it has them, else those of the C library, glibc or musl. */
export function nodeSyscalls(): Syscalls {
  // The process itself has loaded its C library.
  const libc = koffi.load(null)
  const fchown = libc.func('int fchown(int, int, int)')
  const flock = libc.func('int flock(int, int)')
  const ioctl = libc.func('int ioctl(int, unsigned long, void *)')
  const ioctlNumber = libc.func('int ioctl(int, unsigned long, unsigned long)')
  const socket = libc.func('int socket(int, int, int)')
  const connect = libc.func('int connect(int, const void *, uint32_t)')
  const bind = libc.func('int bind(int, const void *, uint32_t)')
  const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)')
  const send = libc.func('intptr_t send(int, const void *, size_t, int)')
  const recv = libc.func('intptr_t recv(int, void *, size_t, int)')
  const setns = libc.func('int setns(int, int)')
  const result = (returned: number) => (returned < 0 ? -koffi.errno() : returned)
  const { open, close, read, write, readlink } = nodeFileSyscalls
  return {
    open: (path, flags) => open(path, flags, 0o644),
    close,
    read,
    write,
    readlink,
    ioctl: (fd, request, argument) =>
      result(typeof argument === 'number' ? ioctlNumber(fd, request, argument) : ioctl(fd, request, argument)),
    fchown: (descriptor, user, group) => result(fchown(descriptor, user, group)),
    flock: (descriptor, operation) => result(flock(descriptor, operation)),
    socket: (domain, type, protocol) => result(socket(domain, type, protocol)),
    connect: (fd, address) => result(connect(fd, address, address.length)),
    bind: (fd, address) => result(bind(fd, address, address.length)),
    setsockopt: (fd, level, option, value) => result(setsockopt(fd, level, option, value, value.length)),
    send: (fd, buffer) => result(send(fd, buffer, buffer.length, 0)),
    recv: (fd, buffer, flags) => result(recv(fd, buffer, buffer.length, flags)),
    setns: (fd, type) => result(setns(fd, type)),
    abort: (reason) => {
      write(2, Buffer.from(`${reason}\n`))
      if (process.env['CNI_COMMAND'] !== undefined) {
        const error = { cniVersion: '1.1.0', code: 999, msg: reason }
        write(1, Buffer.from(`${JSON.stringify(error)}\n`))
      }
      process.exit(1)
    },
  }
}
