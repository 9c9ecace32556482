import ipaddr from 'ipaddr.js'

/**
 * The broadcast address of the subnet of an IPv4 address.
 *
 * @param address with prefix length, in canonical text: `192.168.1.43/24`
 * @returns `undefined` for IPv6, and for subnets too small to have one (/31, /32; RFC 3021)
 */
export function broadcastOf(address: string): string | undefined {
  const [ip, length] = ipaddr.parseCIDR(address)
  if (ip.kind() === 'ipv6' || length > 30) return undefined
  return ipaddr.IPv4.broadcastAddressFromCIDR(address).toString()
}
