import type { Family } from '@vpc-bridge/kernel'
import { acceptRaPath } from './accept-ra.ts'
import { ipv4ForwardingPath } from './ipv4-forwarding.ts'
import { ipv6ForwardingPath } from './ipv6-forwarding.ts'

/** A setting, and the value that it is to have. */
export interface RoutedSetting {
  /** In short words. */
  readonly what: string
  /** Name of the link that it is of. */
  readonly dev: string
  /** Below /proc/sys. */
  readonly path: string
  readonly wanted: string
}

/**
 * Returns the settings that a network depends on which the host routes between a bridge and another link.
 *
 * @param uplink name of that link
 * @param families the IP versions that it carries
 */
export function routedSettings(uplink: string, bridge: string, families: readonly Family[]): readonly RoutedSetting[] {
  const inet = [
    { what: 'IPv4 forwarding', dev: uplink, path: ipv4ForwardingPath(uplink), wanted: '1' },
    { what: 'IPv4 forwarding', dev: bridge, path: ipv4ForwardingPath(bridge), wanted: '1' },
    { what: 'proxy ARP', dev: bridge, path: `net/ipv4/conf/${bridge}/proxy_arp`, wanted: '1' },
  ]
  const inet6 = [
    ...[uplink, bridge].map((dev) => ({ what: 'IPv6 forwarding', dev, path: ipv6ForwardingPath(dev), wanted: '1' })),
    { what: 'router advertisements', dev: uplink, path: acceptRaPath(uplink), wanted: '2' },
    { what: 'router advertisements', dev: bridge, path: acceptRaPath(bridge), wanted: '0' },
  ]
  return [...(families.includes('inet') ? inet : []), ...(families.includes('inet6') ? inet6 : [])]
}
