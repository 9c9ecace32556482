import { bytesToAddress, firstOf, lastOf } from '@vpc-bridge/kernel/ip'
import { type Ip, networkAddress } from './ip.ts'

/**
 * Why an address cannot be that of a router, as a noun phrase; `undefined` when it can. Unlike a container's it may be a
 * link-local one.
 */
export function unusableAsRouter({ family, bytes }: Pick<Ip, 'family' | 'bytes'>): string | undefined {
  const first = bytes[0] ?? 0
  if (family === 'inet6') {
    if (bytes.every((byte) => byte === 0)) return 'an unspecified address'
    if (first === 0xff) return 'a multicast address'
    const isLoopback = bytes.every((byte, n) => byte === (n === 15 ? 1 : 0))
    return isLoopback ? 'a loopback address' : undefined
  }
  // All of 0.0.0.0/8, as RFC 6890 says.
  if (first === 0) return 'an unspecified address'
  if (first === 0xff && bytes.every((byte) => byte === 0xff)) return 'the broadcast address'
  if (first >= 224 && first < 240) return 'a multicast address'
  return first === 127 ? 'a loopback address' : undefined
}

/** Why an address, with the prefix length of its subnet, cannot be that of a container; as `unusableAsRouter`. */
export function unusableAsContainer(ip: Ip): string | undefined {
  if (isLinkLocal(ip)) return 'a link-local address'
  if (ip.length === 0) return 'an address without a subnet'
  return unusableAsRouter(ip) ?? reservedIn(ip, ip.address)
}

/** Whether it is in fe80::/10. */
function isLinkLocal({ family, bytes }: Ip): boolean {
  return family === 'inet6' && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80
}

/**
 * What an address is reserved for in a subnet, as a noun phrase; `undefined` when a host can have it.
 *
 * @see RFC 3021 (/31 of IPv4) and RFC 6164 (/127 of IPv6): where a subnet has but two addresses, hosts have both
 */
export function reservedIn(subnet: Ip, address: string): string | undefined {
  const hostBits = (subnet.family === 'inet' ? 32 : 128) - subnet.length
  if (hostBits < 2) return undefined
  if (address === networkAddress(subnet)) return 'the address of the subnet itself'
  if (subnet.family === 'inet6') return undefined
  const broadcast = bytesToAddress(lastOf(subnet))
  return address === broadcast ? "the subnet's broadcast address" : undefined
}

/**
 * The first address of an IPv4 subnet that a host can have, which in a VPC is the router's.
 *
 * @returns `undefined` for subnets that cannot have a router beside the host: /31 and /32, and those that begin at 0.0.0.0
 */
export function firstHost(ip: Ip): string | undefined {
  if (ip.family === 'inet6' || ip.length > 30) return undefined
  const bytes = firstOf(ip)
  bytes[3] = (bytes[3] ?? 0) + 1
  return unusableAsRouter({ family: 'inet', bytes }) === undefined ? bytesToAddress(bytes) : undefined
}
