import { type KernelError, type Netns, sysctlIfPresent } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { EndpointIp } from '../endpoint/endpoint.ts'
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
  return sysctlIfPresent(netns, setting).map((value) => ({ ...found, value }))
}

/**
 * Reads the settings that matter to an endpoint, if it has an address of IPv6.
 *
 * @param host the namespace that the network lies in
 * @param dev name of a link there that carries the network
 * @param container where the address is put on an interface
 */
export function inet6Switches(
  ips: readonly EndpointIp[],
  host: Netns,
  { dev, container }: { readonly dev?: string | undefined; readonly container?: Netns | undefined },
): ResultAsync<readonly Inet6Switch[], KernelError> {
  return safeTry<readonly Inet6Switch[], KernelError>(async function* () {
    if (!ips.some(({ address }) => isInet6(address))) return ok([])
    const found = [yield* readInet6(host, 'host')]
    if (container !== undefined) found.push(yield* readInet6(container, 'container'))
    if (dev !== undefined) found.push(yield* readInet6(host, 'host', dev))
    return ok(found)
  })
}

/** Returns the error of an ADD with IPv6 addresses if IPv6 is switched off anywhere, or missing. */
export function brokenInet6(switches: readonly Inet6Switch[]): Failure | undefined {
  const off = switches.find(({ value }) => value !== '0')
  if (off === undefined) return undefined
  const { where, netns, setting, value } = off
  return value === undefined ? { kind: 'no IPv6', where, netns } : { kind: 'IPv6 disabled', where, netns, setting }
}
