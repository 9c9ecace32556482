import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { addressToBytes, bytesToAddress, canonicalPrefix, firstOf, lastOf, prefixToBytes } from '../src/ip.ts'

const inetBytes = fc.uint8Array({ minLength: 4, maxLength: 4 })
/** With zeros, which the text leaves out. */
const inet6Bytes = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])))
const text = fc.oneof(
  fc.ipV4Extended(),
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.:/%x- ') }),
)

describe('IP addresses', () => {
  test('are read and written as another implementation does', () => {
    fc.assert(
      fc.property(fc.oneof(inetBytes, inet6Bytes), (bytes) => {
        const written = bytesToAddress(bytes)
        const other = bytes.length === 4 ? new ipaddr.IPv4([...bytes]) : new ipaddr.IPv6([...bytes])
        expect(written).toBe(other instanceof ipaddr.IPv6 ? other.toRFC5952String() : other.toString())
        expect(addressToBytes(written)).toEqual(bytes)
      }),
    )
  })

  test('are told from other texts', () => {
    fc.assert(
      fc.property(text, (any) => {
        const bytes = addressToBytes(any)
        if (bytes !== undefined) expect(addressToBytes(bytesToAddress(bytes))).toEqual(bytes)
        if (any.includes(':') && !any.includes('.')) {
          expect(bytes !== undefined).toBe(ipaddr.IPv6.isValid(any) && !any.includes('%'))
        }
        if (!any.includes(':')) expect(bytes !== undefined).toBe(ipaddr.IPv4.isValidFourPartDecimal(any))
      }),
      { numRuns: 2000 },
    )
    for (const wrong of [
      '',
      ':',
      ':::',
      '1:::2',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7::8',
      '::1.2.3',
      '::01.2.3.4',
    ]) {
      expect([wrong, addressToBytes(wrong)]).toEqual([wrong, undefined])
    }
    expect(bytesToAddress(addressToBytes('64:ff9b::192.0.2.1') ?? new Uint8Array(16))).toBe('64:ff9b::c000:201')
  })
})

describe('prefixes', () => {
  test('are an address and a length that it has room for', () => {
    expect(prefixToBytes('10.0.0.1/24')).toEqual({ bytes: new Uint8Array([10, 0, 0, 1]), length: 24 })
    expect(prefixToBytes('fd00::/128')?.length).toBe(128)
    for (const wrong of [
      '10.0.0.1',
      '10.0.0.1/',
      '10.0.0.1/33',
      '10.0.0.1/-1',
      '10.0.0.1/1e1',
      '10.0.0.1/08',
      '/8',
      'fd00::/129',
      '::/ 1',
      '10.0.0.1/1.5',
      '10.0.0.1/NaN',
    ]) {
      expect([wrong, prefixToBytes(wrong)]).toEqual([wrong, undefined])
    }
  })

  test('have a first and a last address', () => {
    fc.assert(
      fc.property(inetBytes, fc.nat(32), (bytes, length) => {
        const cidr = `${bytesToAddress(bytes)}/${length}`
        expect(bytesToAddress(firstOf({ bytes, length }))).toBe(ipaddr.IPv4.networkAddressFromCIDR(cidr).toString())
        expect(bytesToAddress(lastOf({ bytes, length }))).toBe(ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString())
      }),
    )
    fc.assert(
      fc.property(inet6Bytes, fc.nat(128), (bytes, length) => {
        const cidr = `${bytesToAddress(bytes)}/${length}`
        expect(bytesToAddress(firstOf({ bytes, length }))).toBe(
          ipaddr.IPv6.networkAddressFromCIDR(cidr).toRFC5952String(),
        )
      }),
    )
  })
})

test('the prefix that an address is in', () => {
  expect(canonicalPrefix('192.168.1.43/24')).toBe('192.168.1.0/24')
  expect(canonicalPrefix('FD00:0:0::2/64')).toBe('fd00::/64')
  expect(canonicalPrefix('192.168.1.43')).toBeUndefined()
})
