import { isGone, type Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { Failure } from './failure.ts'

/**
 * Refuses IPv6 addresses where IPv6 is switched off, or not there at all: on the host, or in the container.
 *
 * @param dev name of an interface; absent: for what new interfaces start with
 */
export function requireInet6(netns: Netns, where: 'host' | 'container', dev = 'default'): ResultAsync<void, Failure> {
  const setting = `net/ipv6/conf/${dev}/disable_ipv6`
  return netns
    .sysctl(setting)
    .mapErr((error): Failure => (isGone(error) ? { kind: 'no IPv6', where, netns: netns.path } : error))
    .andThen((value) =>
      value === '0' ? okAsync() : errAsync<void, Failure>({ kind: 'IPv6 disabled', where, netns: netns.path, setting }),
    )
}
