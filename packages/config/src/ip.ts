import ipaddr from 'ipaddr.js'

/** IP version, by the names of ip(8). */
export type Family = 'inet' | 'inet6'

/** An IP address, alone or with a prefix length, in canonical text (RFC 5952 for IPv6). */
export interface Ip {
  readonly family: Family
  /** `192.168.1.43` */
  readonly address: string
  /** In bits. */
  readonly prefixLength: number
}

/**
 * Reads an address with prefix length, such as `192.168.1.43/24`.
 *
 * @returns `undefined` when it is not one; IPv4 only as four decimals without leading zeros, IPv6 without a zone
 */
export function parsePrefix(text: string): Ip | undefined {
  const parts = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const ip = parseIp(parts?.[1] ?? '')
  const prefixLength = Number(parts?.[2])
  return ip === undefined || prefixLength > ip.prefixLength ? undefined : { ...ip, prefixLength }
}

/**
 * Reads an address without a prefix length; the result has the length of a single address, 32 or 128.
 *
 * @returns `undefined` when it is not one
 */
export function parseIp(text: string): Ip | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text) && !/(^|\.)0\d/.test(text)) {
    return { family: 'inet', address: text, prefixLength: 32 }
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return { family: 'inet6', address: ipaddr.IPv6.parse(text).toRFC5952String(), prefixLength: 128 }
}

/** `192.168.1.43/24` */
export function formatPrefix({ address, prefixLength }: Ip): string {
  return `${address}/${prefixLength}`
}

/** Why an address cannot be that of a container, as a noun phrase; `undefined` when it can. */
export function unusableAsHost({ family, address, prefixLength }: Ip): string | undefined {
  const range = ipaddr.parse(address).range()
  if (range === 'unspecified' || range === 'multicast' || range === 'loopback' || range === 'broadcast') {
    return `a ${range} address`
  }
  if (family === 'inet6') return range === 'linkLocal' ? 'a link-local address' : undefined
  if (prefixLength > 30) return undefined
  if (address === networkAddress({ family, address, prefixLength })) return 'the address of the subnet itself'
  const broadcast = ipaddr.IPv4.broadcastAddressFromCIDR(`${address}/${prefixLength}`).toString()
  return address === broadcast ? "the subnet's broadcast address" : undefined
}

/** The address that all addresses of a prefix begin with. */
export function networkAddress({ family, address, prefixLength }: Ip): string {
  const prefix = `${address}/${prefixLength}`
  return family === 'inet'
    ? ipaddr.IPv4.networkAddressFromCIDR(prefix).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(prefix).toRFC5952String()
}

/**
 * The first address of an IPv4 subnet that a host can have, which in a VPC is the router's.
 *
 * @returns `undefined` for subnets too small to have a router beside the host: /31 and /32
 */
export function firstHost(ip: Ip): string | undefined {
  if (ip.family === 'inet6' || ip.prefixLength > 30) return undefined
  const bytes = ipaddr.IPv4.parse(networkAddress(ip)).toByteArray()
  return bytes.with(3, (bytes[3] ?? 0) + 1).join('.')
}
