import { addressToBytes, bytesToAddress, firstOf, type Prefix, prefixToBytes } from '@vpc-bridge/kernel/ip'

/** IP version, by the names of ip(8). */
export type Family = 'inet' | 'inet6'

/** An IP address, alone or with a prefix length. */
export interface Ip extends Prefix {
  readonly family: Family
  /** In canonical text (RFC 5952 for IPv6): `192.168.1.43` */
  readonly address: string
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
  const prefix = prefixToBytes(text)
  return prefix === undefined ? undefined : toIp(prefix)
}

/**
 * Reads an address without a prefix length; the result has the length of a single address, 32 or 128.
 *
 * @returns `undefined` when it is not one: IPv4 only as four decimals without leading zeros; IPv6 without a zone, and not an
 * IPv4 address in IPv6 form (`::ffff:192.168.1.43`), which no interface has
 */
export function parseIp(text: string): Ip | undefined {
  const bytes = addressToBytes(text)
  return bytes === undefined ? undefined : toIp({ bytes, length: bytes.length * 8 })
}

/** @returns `undefined` for an IPv4 address in IPv6 form */
function toIp({ bytes, length }: Prefix): Ip | undefined {
  const address = bytesToAddress(bytes)
  if (bytes.length === 4) return { family: 'inet', address, bytes, length }
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? undefined : { family: 'inet6', address, bytes, length }
}

/** Reads a prefix; bits behind its length are cleared. */
export function parseCidr(text: string): string | undefined {
  const ip = parsePrefix(text)
  return ip === undefined ? undefined : formatPrefix({ address: networkAddress(ip), length: ip.length })
}

/** `192.168.1.43/24` */
export function formatPrefix({ address, length }: Pick<Ip, 'address' | 'length'>): string {
  return `${address}/${length}`
}

/** The address that all addresses of a prefix begin with. */
export function networkAddress(prefix: Prefix): string {
  return bytesToAddress(firstOf(prefix))
}
