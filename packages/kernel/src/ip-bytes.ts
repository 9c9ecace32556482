/** A prefix, or an address with the length of its subnet. */
export interface Prefix {
  /** Four bytes for IPv4, sixteen for IPv6; also those behind the prefix length. */
  readonly bytes: Uint8Array
  /** In bits. */
  readonly length: number
}

const inetLength = 4
const groupCount = 8

/**
 * An address as four or sixteen bytes.
 *
 * @param text IPv4 as four decimals without leading zeros; IPv6 in any form of RFC 4291, section 2.2, without a zone
 * @returns `undefined` when it is not an address
 */
export function addressToBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? inet6Bytes(text) : inetBytes(text)
}

/** Four or sixteen bytes as canonical text: four decimals, or as RFC 5952 writes IPv6, without dots. */
export function bytesToAddress(bytes: Uint8Array): string {
  if (bytes.length === inetLength) return bytes.join('.')
  const groups = Array.from({ length: groupCount }, (_, n) => ((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0))
  const textOf = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  const { start, length } = longestZeros(groups)
  return length === 0 ? textOf(groups) : `${textOf(groups.slice(0, start))}::${textOf(groups.slice(start + length))}`
}

/** `10.0.0.0/24` as bytes and length; `undefined` when it is not a prefix. */
export function prefixToBytes(text: string): Prefix | undefined {
  const slash = text.indexOf('/')
  const bytes = addressToBytes(text.slice(0, Math.max(slash, 0)))
  const length = decimal(text.slice(slash + 1))
  return bytes === undefined || length === undefined || length > bytes.length * 8 ? undefined : { bytes, length }
}

/** A prefix with the bits behind its length zero, as canonical text: the subnet of an address. `undefined` when it is none. */
export function canonicalPrefix(text: string): string | undefined {
  const prefix = prefixToBytes(text)
  return prefix === undefined ? undefined : `${bytesToAddress(firstOf(prefix))}/${prefix.length}`
}

/** The first address of a prefix: all bits behind its length are zero. */
export function firstOf({ bytes, length }: Prefix): Uint8Array {
  return bytes.map((byte, n) => byte & maskOf(length, n))
}

/** The last address of a prefix: all bits behind its length are one. In IPv4 the broadcast address. */
export function lastOf({ bytes, length }: Prefix): Uint8Array {
  return bytes.map((byte, n) => byte | (~maskOf(length, n) & 0xff))
}

/** The n-th byte of the mask for a prefix length. */
function maskOf(length: number, n: number): number {
  const bits = Math.min(Math.max(length - n * 8, 0), 8)
  return (0xff00 >> bits) & 0xff
}

function inetBytes(text: string): Uint8Array | undefined {
  const numbers = text.split('.').map(decimal)
  if (numbers.length !== inetLength) return undefined
  const bytes = numbers.filter((number) => number !== undefined && number <= 255)
  return bytes.length === inetLength ? Uint8Array.from(bytes) : undefined
}

/** A number of up to three digits, without leading zeros, which some take for octal numbers. */
function decimal(text: string): number | undefined {
  return /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : undefined
}

function inet6Bytes(text: string): Uint8Array | undefined {
  const [head, tail, ...more] = withoutDots(text)?.split('::') ?? []
  if (head === undefined || more.length > 0) return undefined
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')]
  const missing = groupCount - left.length - right.length
  // The two colons stand for one group at least.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined
  return Uint8Array.from(
    groups.flatMap((group) => {
      const number = Number.parseInt(group, 16)
      return [number >> 8, number & 0xff]
    }),
  )
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':')
}

/** With the last two groups as groups, where they are written as an IPv4 address: `64:ff9b::192.0.2.1`. */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const [a = 0, b = 0, c = 0, d] = inetBytes(text.slice(start)) ?? []
  if (d === undefined) return undefined
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

/** The first of the longest runs of zeros; none when a zero is alone, and written as one. */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let start = 0
  let length = 0
  for (let from = 0; from < groups.length; from += 1) {
    let to = from
    while (groups[to] === 0) to += 1
    if (to - from > length) {
      start = from
      length = to - from
    }
    from = to
  }
  return length < 2 ? { start: 0, length: 0 } : { start, length }
}
