import ipaddr from 'ipaddr.js'
import { formatPrefix, type Ip, networkAddress } from './ip.ts'

const unusableRanges: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  broadcast: 'the broadcast address',
  multicast: 'a multicast address',
  loopback: 'a loopback address',
}

/**
 * Why an address cannot be that of a router, as a noun phrase; `undefined` when it can. Unlike a container's it may be a
 * link-local one.
 */
export function unusableAsRouter(ip: Ip): string | undefined {
  return unusableRanges[ipaddr.parse(ip.address).range()]
}

/** Why an address, with the prefix length of its subnet, cannot be that of a container; as `unusableAsRouter`. */
export function unusableAsContainer(ip: Ip): string | undefined {
  const isLinkLocalInet6 = ip.family === 'inet6' && ipaddr.parse(ip.address).range() === 'linkLocal'
  if (isLinkLocalInet6) return 'a link-local address'
  if (ip.prefixLength === 0) return 'an address without a subnet'
  return unusableAsRouter(ip) ?? reservedIn(ip, ip.address)
}

/**
 * What an address is reserved for in a subnet, as a noun phrase; `undefined` when a host can have it.
 *
 * @see RFC 3021 (/31 of IPv4) and RFC 6164 (/127 of IPv6): where a subnet has but two addresses, hosts have both
 */
export function reservedIn(subnet: Ip, address: string): string | undefined {
  const hostBits = (subnet.family === 'inet' ? 32 : 128) - subnet.prefixLength
  if (hostBits < 2) return undefined
  if (address === networkAddress(subnet)) return 'the address of the subnet itself'
  if (subnet.family === 'inet6') return undefined
  const broadcast = ipaddr.IPv4.broadcastAddressFromCIDR(formatPrefix(subnet)).toString()
  return address === broadcast ? "the subnet's broadcast address" : undefined
}

/**
 * The first address of an IPv4 subnet that a host can have, which in a VPC is the router's.
 *
 * @returns `undefined` for subnets that cannot have a router beside the host: /31 and /32, and those that begin at 0.0.0.0
 */
export function firstHost(ip: Ip): string | undefined {
  if (ip.family === 'inet6' || ip.prefixLength > 30) return undefined
  const bytes = ipaddr.IPv4.parse(networkAddress(ip)).toByteArray()
  const address = bytes.with(3, (bytes[3] ?? 0) + 1).join('.')
  return unusableAsRouter({ ...ip, address }) === undefined ? address : undefined
}
