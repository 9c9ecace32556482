import { err, ok } from 'neverthrow'
import type { Syscalls } from './syscalls.ts'
import type { SystemResult } from './system-error.ts'
import { systemError, systemResult } from './system-error.ts'
import { encodeUtf8 } from './utf8.ts'

const AF_INET = 2
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const EADDRINUSE = 98

/** The lowest there is: privileged as long as `net.ipv4.ip_unprivileged_port_start` is above it (1024 by default). */
const lockPort = 1
/** The address of the network namespace's own lock. The other locks share the rest of 239.0.0.0/8. */
const ownAddress = [239, 86, 80, 67] as const

/**
 * Takes a lock of the network namespace that the thread is in: a UDP socket, bound and never used. A second one with the same
 * address and port is refused, unless both have SO_REUSEADDR. So a lock is seen by every process in the namespace, whatever else
 * it sees, leaves nothing in a file system, and is gone with the process. Only who has CAP_NET_BIND_SERVICE can hold it, since the
 * port is privileged. The address is one of multicast, which can be bound to whatever addresses the namespace has, and to which
 * nothing is delivered that nobody has joined.
 *
 * @param name of one of the locks besides the namespace's own. Two names may be one lock
 * @returns the release; `undefined` when another process has a lock that is in the way
 * @see ip(7), socket(7), RFC 2365 (addresses of local scope)
 */
export function lockSocket(
  { socket, setsockopt, bind, close }: Pick<Syscalls, 'socket' | 'setsockopt' | 'bind' | 'close'>,
  mode: 'shared' | 'exclusive',
  name?: string,
): SystemResult<(() => void) | undefined> {
  return systemResult(socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0)).andThen((descriptor) => {
    const shared = Uint8Array.of(mode === 'shared' ? 1 : 0, 0, 0, 0)
    const prepared = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, shared)
    const bound = prepared < 0 ? prepared : bind(descriptor, socketAddress(name))
    if (bound >= 0) return ok(() => void close(descriptor))
    close(descriptor)
    return bound === -EADDRINUSE ? ok(undefined) : err(systemError(-bound))
  })
}

/** struct sockaddr_in */
function socketAddress(name: string | undefined): Uint8Array {
  return Uint8Array.of(AF_INET, 0, 0, lockPort, ...lockAddress(name), 0, 0, 0, 0, 0, 0, 0, 0)
}

/** FNV-1a, of 32 bits folded to 24 (RFC 9923). */
function lockAddress(name: string | undefined): readonly number[] {
  if (name === undefined) return ownAddress
  let hash = 0x811c9dc5
  for (const byte of encodeUtf8(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  const bits = (hash >>> 24) ^ hash
  const address = [239, (bits >>> 16) & 0xff, (bits >>> 8) & 0xff, bits & 0xff]
  return address.join() === ownAddress.join() ? [239, 86, 80, 68] : address
}
