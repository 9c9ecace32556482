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

/** What the functions below read, as noun phrases for messages. */
export const prefixRule = 'an IP address with prefix length, such as "192.168.1.43/24"'
export const cidrRule = 'an IP prefix, such as "192.168.0.0/16"'
export const addressRule = 'an IP address without prefix length, such as "192.168.1.1"'

/**
 * Reads an address with prefix length, such as `192.168.1.43/24`.
 *
 * @returns `undefined` when it is not one; the address is read as by `parseIp`
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
 * @returns `undefined` when it is not one: IPv4 only as four decimals without leading zeros; IPv6 without a zone, and not an
 * IPv4 address in IPv6 form (`::ffff:192.168.1.43`), which no interface has
 */
export function parseIp(text: string): Ip | undefined {
  // The check that refuses what the library takes besides: octal and hexadecimal numbers, and fewer than four.
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { family: 'inet', address: text, prefixLength: 32 }
  const groups = withoutDottedTail(text)
  if (groups === undefined || !/^[\da-f:]+$/i.test(groups) || !ipaddr.IPv6.isValid(groups)) return undefined
  const ip = ipaddr.IPv6.parse(groups)
  if (ip.isIPv4MappedAddress()) return undefined
  return { family: 'inet6', address: ip.toRFC5952String(), prefixLength: 128 }
}

/** Reads a prefix; bits behind its length are cleared. */
export function parseCidr(text: string): string | undefined {
  const ip = parsePrefix(text)
  return ip === undefined ? undefined : formatPrefix({ ...ip, address: networkAddress(ip) })
}

/** `192.168.1.43/24` */
export function formatPrefix({ address, prefixLength }: Ip): string {
  return `${address}/${prefixLength}`
}

/** The address that all addresses of a prefix begin with. */
export function networkAddress(ip: Ip): string {
  return ip.family === 'inet'
    ? ipaddr.IPv4.networkAddressFromCIDR(formatPrefix(ip)).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(formatPrefix(ip)).toRFC5952String()
}

/**
 * Writes the last two groups of an IPv6 address that ends in dotted decimals (`64:ff9b::192.0.2.1`) as groups.
 * The library takes octal numbers there, and `::192.0.2.1` for `::ffff:192.0.2.1`.
 *
 * @returns the text itself when there are no dots, `undefined` when what is dotted is not an IPv4 address
 */
function withoutDottedTail(text: string): string | undefined {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const tail = text.slice(start)
  if (start === 0 || !ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).toByteArray()
  return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}
