import { addressToBytes, bytesToAddress, firstOf, prefixToBytes } from '@vpc-bridge/kernel/ip'

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
  const prefix = prefixToBytes(text)
  return prefix === undefined ? undefined : toIp(prefix.bytes, prefix.length)
}

/**
 * Reads an address without a prefix length; the result has the length of a single address, 32 or 128.
 *
 * @returns `undefined` when it is not one: IPv4 only as four decimals without leading zeros; IPv6 without a zone, and not an
 * IPv4 address in IPv6 form (`::ffff:192.168.1.43`), which no interface has
 */
export function parseIp(text: string): Ip | undefined {
  const bytes = addressToBytes(text)
  return bytes === undefined ? undefined : toIp(bytes, bytes.length * 8)
}

/** @returns `undefined` for an IPv4 address in IPv6 form */
function toIp(bytes: Uint8Array, prefixLength: number): Ip | undefined {
  const address = bytesToAddress(bytes)
  if (bytes.length === 4) return { family: 'inet', address, prefixLength }
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return isMapped ? undefined : { family: 'inet6', address, prefixLength }
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

/** An address and the length of its subnet as bytes. */
export function bytesOf({ address, prefixLength }: Ip): { readonly bytes: Uint8Array; readonly length: number } {
  // What an Ip has is an address.
  return { bytes: addressToBytes(address) ?? new Uint8Array(0), length: prefixLength }
}

/** The address that all addresses of a prefix begin with. */
export function networkAddress(ip: Ip): string {
  return bytesToAddress(firstOf(bytesOf(ip)))
}
