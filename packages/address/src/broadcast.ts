import { bytesToAddress, lastOf, prefixToBytes } from '@vpc-bridge/kernel/ip'

/**
 * Returns the broadcast address of the subnet of an IPv4 address.
 *
 * @param address with prefix length, in canonical text: `192.168.1.43/24`
 * @returns `undefined` for IPv6, and for subnets too small to have one (/31, /32; RFC 3021)
 */
export function broadcastOf(address: string): string | undefined {
  const prefix = prefixToBytes(address)
  if (prefix === undefined || prefix.bytes.length > 4 || prefix.length > 30) return undefined
  return bytesToAddress(lastOf(prefix))
}
