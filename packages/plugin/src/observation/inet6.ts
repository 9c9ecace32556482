import { isGone, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { Failure } from '../errors/failure.ts'

/** A setting that switches IPv6 off. */
export interface Inet6Switch {
  readonly where: 'host' | 'container'
  /** Path of the namespace. */
  readonly netns: string
  /** Path below /proc/sys. */
  readonly setting: string
  /** `undefined`: there is no IPv6. */
  readonly value: string | undefined
}

/**
 * Reads the setting that switches IPv6 off.
 *
 * @param dev name of an interface; absent: the setting that new interfaces start with
 * @see https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html disable_ipv6
 */
export function readInet6(
  netns: Netns,
  where: Inet6Switch['where'],
  dev = 'default',
): ResultAsync<Inet6Switch, KernelError> {
  const setting = `net/ipv6/conf/${dev}/disable_ipv6`
  const found = { where, netns: netns.path, setting }
  return netns
    .sysctl(setting)
    .map((value): Inet6Switch => ({ ...found, value }))
    .orElse((error) => (isGone(error) ? okAsync({ ...found, value: undefined }) : errAsync(error)))
}

/** Returns the error of an ADD with IPv6 addresses if IPv6 is switched off anywhere, or missing. */
export function brokenInet6(switches: readonly Inet6Switch[]): Failure | undefined {
  const off = switches.find(({ value }) => value !== '0')
  if (off === undefined) return undefined
  const { where, netns, setting, value } = off
  return value === undefined ? { kind: 'no IPv6', where, netns } : { kind: 'IPv6 disabled', where, netns, setting }
}
