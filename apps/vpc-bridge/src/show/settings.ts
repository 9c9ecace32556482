import type { Setting } from '@vpc-bridge/cli'
import type { Family } from '@vpc-bridge/kernel'
import { acceptRaPath, ipv4ForwardingPath, ipv6ForwardingPath } from '@vpc-bridge/route'

/**
 * Returns the settings that an L3 network depends on.
 *
 * @param families the IP versions that it carries
 */
export function settingsOf(
  eni: string,
  bridge: string,
  families: readonly Family[],
): readonly Omit<Setting, 'value'>[] {
  const inet = [
    { what: 'IPv4 forwarding', dev: eni, path: ipv4ForwardingPath(eni), wanted: '1' },
    { what: 'IPv4 forwarding', dev: bridge, path: ipv4ForwardingPath(bridge), wanted: '1' },
    { what: 'proxy ARP', dev: bridge, path: `net/ipv4/conf/${bridge}/proxy_arp`, wanted: '1' },
  ]
  const inet6 = [
    ...[eni, bridge].map((dev) => ({ what: 'IPv6 forwarding', dev, path: ipv6ForwardingPath(dev), wanted: '1' })),
    { what: 'router advertisements', dev: eni, path: acceptRaPath(eni), wanted: '2' },
    { what: 'router advertisements', dev: bridge, path: acceptRaPath(bridge), wanted: '0' },
  ]
  return [...(families.includes('inet') ? inet : []), ...(families.includes('inet6') ? inet6 : [])]
}
