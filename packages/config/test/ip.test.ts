import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPrefix, parseCidr, parseIp, parsePrefix } from '../src/ip.ts'

/** Texts that look like addresses: real ones, and what comes of changing a character. */
const nearlyAddress = fc
  .tuple(
    fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6()),
    fc.nat(40),
    fc.constantFrom('', '0', ':', '.', 'x', 'f', '%'),
  )
  .map(([text, at, change]) => text.slice(0, at) + change + text.slice(at + 1))

describe('parseIp', () => {
  test('reads IPv4 addresses as Node does, and no other IPv4 form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV4Extended(), nearlyAddress), (text) => {
        expect(parseIp(text)?.family === 'inet').toBe(isIPv4(text))
      }),
    )
  })

  test('reads IPv6 addresses as Node does, less zones and IPv4 in IPv6 form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), nearlyAddress), (text) => {
        const isTaken = isIPv6(text) && !text.includes('%') && !/^\[::ffff:[\da-f]+:[\da-f]+\]$/.test(urlHost(text))
        expect(parseIp(text)?.family === 'inet6').toBe(isTaken)
      }),
    )
  })

  test('writes IPv6 addresses as RFC 5952 says, which is how URLs write them', () => {
    const group = fc.constantFrom('0', '0', '0000', '1', 'AB', 'ffff')
    const groups = fc.array(group, { minLength: 8, maxLength: 8 }).map((parts) => parts.join(':'))
    fc.assert(
      fc.property(groups, (text) => {
        const ip = parseIp(text)
        if (ip !== undefined) expect(`[${ip.address}]`).toBe(urlHost(text))
      }),
    )
  })

  test.each([
    '192.168.1',
    '0xa.0.0.1',
    '010.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1\n',
    '167772161',
    '::1.2.3.04',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '1.2.3.4:',
    'fe80::1%eth0',
    '',
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })

  test('reads dotted decimals at the end of IPv6 addresses', () => {
    expect(parseIp('64:ff9b::192.0.2.1')?.address).toBe('64:ff9b::c000:201')
    expect(parseIp('::192.0.2.1')?.address).toBe('::c000:201')
  })
})

describe('parsePrefix', () => {
  test('reads what formatPrefix writes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(32), (address, length) => {
        const text = formatPrefix({ address, length })
        expect(parsePrefix(text)).toMatchObject({ family: 'inet', address, length })
      }),
    )
  })

  test.each([
    '10.0.0.1',
    '10.0.0.1/',
    '10.0.0.1/33',
    '10.0.0.1/08',
    '10.0.0.1/-1',
    '10.0.0.1/8/8',
    'fd00::1/129',
    '/8',
  ])('refuses %j', (text) => {
    expect(parsePrefix(text)).toBeUndefined()
  })
})

describe('parseCidr', () => {
  test('clears the bits behind the length', () => {
    expect(parseCidr('192.168.77.5/16')).toBe('192.168.0.0/16')
    expect(parseCidr('FD00:1::5/16')).toBe('fd00::/16')
    expect(parseCidr('10.0.0.1/0')).toBe('0.0.0.0/0')
  })
})

function urlHost(address: string): string {
  return new URL(`http://[${address}]`).hostname
}
