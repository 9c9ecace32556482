import { isGone, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/** A setting that switches IPv6 off. */
export interface Inet6Setting {
  readonly where: 'host' | 'container'
  /** Path of the namespace. */
  readonly netns: string
  readonly setting: string
  /** `undefined`: there is no IPv6. */
  readonly value: string | undefined
}

/**
 * Reads the setting that switches IPv6 off.
 *
 * @param dev name of an interface; absent: the setting that new interfaces start with
 */
export function readInet6(
  netns: Netns,
  where: Inet6Setting['where'],
  dev = 'default',
): ResultAsync<Inet6Setting, KernelError> {
  const setting = `net/ipv6/conf/${dev}/disable_ipv6`
  const found = { where, netns: netns.path, setting }
  return netns
    .sysctl(setting)
    .map((value): Inet6Setting => ({ ...found, value }))
    .orElse((error) => (isGone(error) ? okAsync({ ...found, value: undefined }) : errAsync(error)))
}
