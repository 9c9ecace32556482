import koffi from 'koffi'
import type { Syscalls } from './syscalls.ts'

/** The system calls in Node.js, by way of the C library, glibc or musl. */
export function nodeSyscalls(): Syscalls {
  // The process itself has loaded its C library.
  const libc = koffi.load(null)
  const socket = libc.func('int socket(int, int, int)')
  const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)')
  const send = libc.func('intptr_t send(int, const void *, size_t, int)')
  const recv = libc.func('intptr_t recv(int, void *, size_t, int)')
  const setns = libc.func('int setns(int, int)')
  const result = (returned: number) => (returned < 0 ? -koffi.errno() : returned)
  return {
    socket: (domain, type, protocol) => result(socket(domain, type, protocol)),
    setsockopt: (fd, level, option, value) => result(setsockopt(fd, level, option, value, value.length)),
    send: (fd, buffer) => result(send(fd, buffer, buffer.length, 0)),
    recv: (fd, buffer, flags) => result(recv(fd, buffer, buffer.length, flags)),
    setns: (fd, type) => result(setns(fd, type)),
  }
}
