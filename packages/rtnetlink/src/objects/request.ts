import { openNamespace } from '@vpc-bridge/kernel'
import type { Syscalls, SystemResult } from '@vpc-bridge/runtime'
import { err } from 'neverthrow'
import type { Request } from '../message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { withLink } from './links.ts'

/** Makes a request about something; EINVAL when its texts are no addresses. */
export function requestOf<T>(
  socket: NetlinkSocket,
  item: T,
  toRequest: (item: T) => Request | undefined,
): SystemResult<void> {
  const request = toRequest(item)
  return request === undefined
    ? err({ errno: 'EINVAL', message: `no addresses: ${JSON.stringify(item)}` })
    : socket.request(request)
}

/** Makes a request about something that belongs to a link. */
export function onLink<T extends { readonly dev: string; readonly unknown?: readonly string[] }>(
  socket: NetlinkSocket,
  item: T,
  toRequest: (item: Omit<T, 'dev'> & { readonly index: number }) => Request | undefined,
): SystemResult<void> {
  return withLink(socket, item.dev, ({ index }) => {
    // It was read of another one; the kernel has no request for it.
    if (item.unknown !== undefined)
      return err({ errno: 'EOPNOTSUPP', message: `cannot set ${item.unknown.join(', ')}` })
    const { dev: _, ...rest } = item
    return requestOf(socket, { ...rest, index }, toRequest)
  })
}

/** Makes a request in which another namespace is named by a descriptor. */
export function requestFor(
  socket: NetlinkSocket,
  syscalls: Syscalls,
  far: string,
  toRequest: (descriptor: number) => Request,
): SystemResult<void> {
  return openNamespace(syscalls, far).andThen((descriptor) => {
    const done = socket.request(toRequest(descriptor))
    syscalls.close(descriptor)
    return done
  })
}
