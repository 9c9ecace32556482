import type { Rule } from '@vpc-bridge/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAddress, deleteAddress, newAddress } from '../src/address-message.ts'
import { encodeAttributes, u32 } from '../src/attributes.ts'
import { decodeLink, decodeNamedLink, newLink, setLink } from '../src/link-message.ts'
import { decodeNeighbour, setNeighbour } from '../src/neighbour-message.ts'
import { decodeRoute, newRoute, wordOf } from '../src/route-message.ts'
import { decodeRule, newRule } from '../src/rule-message.ts'

const index = fc.integer({ min: 1, max: 0x7fffffff })
const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':'))
const ipv4 = fc.ipV4()
/** In canonical form, as the parser of URLs writes it. */
const ipv6 = fc
  .ipV6()
  .filter((text) => !text.includes('.'))
  .map((text) => new URL(`http://[${text}]`).hostname.slice(1, -1))

describe('what is written is read again', () => {
  test('addresses', () => {
    const inet = fc
      .tuple(ipv4, fc.integer({ min: 0, max: 32 }), ipv4)
      .map(([ip, length, broadcast]) => ({ address: `${ip}/${length}`, broadcast }))
    const inet6 = fc
      .tuple(ipv6, fc.integer({ min: 0, max: 128 }))
      .map(([ip, length]) => ({ address: `${ip}/${length}` }))
    const peered = [
      { index: 3, address: '10.8.0.1/32', peer: '10.8.0.2', metric: 512 },
      { index: 3, address: 'fd08::1/64', peer: 'fd08::2', noPrefixRoute: true },
      { index: 3, address: '10.8.0.1/24', scope: 'link', label: 'x:1', validSeconds: 3600, preferredSeconds: 0 },
      { index: 3, address: 'fd08::1/64', validSeconds: 9, flags: ['autojoin', 'home', 'mngtmpaddr'], protocol: 2 },
    ] as const
    for (const wanted of peered) expect(decodeAddress(newAddress(wanted)?.body ?? new Uint8Array(0))).toEqual(wanted)
    fc.assert(
      fc.property(index, fc.oneof(inet, inet6), (on, address) => {
        const wanted = { index: on, ...address }
        expect(decodeAddress(newAddress(wanted)?.body ?? new Uint8Array(0))).toEqual(wanted)
      }),
    )
  })

  test('routes', () => {
    fc.assert(
      fc.property(
        index,
        fc.tuple(ipv4, ipv4, ipv4),
        fc.boolean(),
        fc.nat(0xffffffff),
        fc.option(fc.integer({ min: 256, max: 0xffffffff }), { nil: undefined }),
        (on, [a, b, c], onlink, metric, table) => {
          const wanted = {
            index: on,
            destination: `${a}/32`,
            gateway: b,
            source: c,
            onlink,
            metric,
            scope: 'global',
            protocol: 'boot',
            ...(table === undefined ? {} : { table }),
          } as const
          expect(decodeRoute(newRoute(wanted)?.body ?? new Uint8Array(0))).toEqual(wanted)
        },
      ),
    )
    const onLink = {
      index: 3,
      destination: 'fd00::/64',
      onlink: false,
      metric: 256,
      scope: 'global',
      protocol: 'kernel',
    } as const
    expect(decodeRoute(newRoute(onLink)?.body ?? new Uint8Array(0))).toEqual(onLink)
    const full = [
      {
        ...onLink,
        destination: '10.0.0.0/8',
        type: 'local',
        scope: 'host',
        protocol: '200',
        tos: 16,
        metrics: { lock: 4, mtu: 1400, congctl: 'reno', 99: 7 },
      },
      { ...onLink, from: 'fd01::/64', preference: 'high' },
      { ...onLink, destination: '10.0.0.0/8', gateway: 'fe80::1', scope: 'global', table: 7 },
      {
        ...onLink,
        destination: '10.0.0.0/8',
        gateway: '10.0.0.1',
        weight: 256,
        furtherHops: [
          { index: 4, gateway: 'fe80::1', onlink: true },
          { index: 5, onlink: false, weight: 2 },
        ],
      },
    ] as const
    for (const wanted of full) expect(decodeRoute(newRoute(wanted)?.body ?? new Uint8Array(0))).toEqual(wanted)
    const local = newRoute({ ...onLink, table: 255 })
    expect(decodeRoute(local?.body ?? new Uint8Array(0))).toBeUndefined()
  })

  test('rules', () => {
    const number = fc.nat(0xfffffffe)
    const action: fc.Arbitrary<Rule['action']> = fc.oneof(
      fc.record({ do: fc.constant('lookup' as const), table: number.map((table) => table + 1) }),
      fc.record({
        do: fc.constant('lookup' as const),
        table: fc.integer({ min: 1, max: 255 }),
        suppressPrefixLength: number,
      }),
      fc.record({ do: fc.constant('goto' as const), priority: number }),
      fc.constant({ do: 'unreachable' as const }),
    )
    fc.assert(
      fc.property(number, action, ipv4, ipv6, fc.boolean(), fc.nat(3), (priority, does, a, b, isInet6, criteria) => {
        const prefix = isInet6 ? `${b}/127` : `${a}/31`

        const wanted: Rule = {
          family: isInet6 ? 'inet6' : 'inet',
          priority,
          ...((criteria & 1) === 0 ? {} : { from: prefix }),
          ...((criteria & 2) === 0 ? {} : { to: prefix }),
          action: does,
        }
        expect(decodeRule(newRule(wanted)?.body ?? new Uint8Array(0))).toEqual(wanted)
      }),
    )
  })

  test('rules for some packets only are told as others, with their table', () => {
    const rule: Rule = { family: 'inet', priority: 7, action: { do: 'lookup', table: 77 } }
    const { body } = newRule(rule) ?? { body: new Uint8Array(0) }
    const other = { ...rule, action: { do: 'other', table: 77 } }
    // linux/fib_rules.h: a mark of packets, a link that they came by, and one that later kernels may have.
    for (const type of [10, 3, 99]) {
      expect(decodeRule(Uint8Array.of(...body, 8, 0, type, 0, 1, 0, 0, 0))).toEqual(other)
    }
    // Type of service, and all others than those: struct fib_rule_hdr.
    for (const [offset, value] of [
      [3, 4],
      [8, 2],
    ] as const) {
      expect(decodeRule(body.with(offset, value))).toEqual(other)
    }
    expect(decodeRule(body.with(7, 6))).toEqual(other)
    expect(decodeRule(body.with(0, 7))).toBeUndefined()
  })

  test('neighbours', () => {
    fc.assert(
      fc.property(index, fc.oneof(ipv4, ipv6), mac, (on, address, link) => {
        const wanted = { index: on, address, mac: link }
        expect(decodeNeighbour(setNeighbour(wanted)?.body ?? new Uint8Array(0))).toEqual(wanted)
      }),
    )
  })

  test('links', () => {
    const { body } = newLink(
      { kind: 'bridge', name: 'br0', mac: '02:00:00:00:00:01', mtu: 9001, up: true },
      7,
      undefined,
    )
    // The kernel fills in what kind of hardware it is: Ethernet is 1.
    body[2] = 1
    expect(decodeLink(body)).toEqual({
      index: 0,
      name: 'br0',
      altNames: [],
      kind: 'bridge',
      mac: '02:00:00:00:00:01',
      mtu: 9001,
      up: true,
      master: 7,
    })
    expect(decodeNamedLink(body)).toEqual({ index: 0, name: 'br0' })
    // From an attribute that is longer than what was received on, nothing is read.
    for (let length = 0; length < body.length; length += 1) {
      const cut = body.subarray(0, length)
      expect(decodeNamedLink(cut)?.name).toBe(decodeLink(cut)?.name)
    }
  })

  test('a link keeps its state unless it is told', () => {
    const flagsAndMask = (set: object) => [...setLink(5, set, undefined).body.subarray(8, 16)]
    expect(flagsAndMask({ mtu: 1500 })).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(flagsAndMask({ up: true })).toEqual([1, 0, 0, 0, 1, 0, 0, 0])
    expect(flagsAndMask({ up: false })).toEqual([0, 0, 0, 0, 1, 0, 0, 0])
  })
})

test('what nobody can give to another is told by its name, or its number', () => {
  const route = {
    index: 3,
    destination: '10.0.0.0/8',
    onlink: false,
    metric: 0,
    scope: 'link',
    protocol: 'boot',
  } as const
  const { body = new Uint8Array(0) } = newRoute(route) ?? {}
  const [nexthop, other] = [u32(30, 7), u32(40, 7)]
  expect(decodeRoute(encodeAttributes([nexthop, other], body))).toEqual({ ...route, unknown: ['nhid', 'attribute 40'] })
  const address = { index: 3, address: 'fd08::1/64' }
  const { body: addressBody = new Uint8Array(0) } = newAddress(address) ?? {}
  expect(decodeAddress(encodeAttributes([u32(8, 0x1001)], addressBody))).toEqual({
    ...address,
    unknown: ['temporary', 'flags 0x1001'],
  })
})

test('metrics that no route can have make no request', () => {
  const route = {
    index: 3,
    destination: '10.0.0.0/8',
    onlink: false,
    metric: 0,
    scope: 'link',
    protocol: 'boot',
  } as const
  for (const metrics of [{ mtu: 'large' }, { congctl: 1 }, { speed: 1 }, { congctl: 'a\0b' }]) {
    expect(newRoute({ ...route, metrics })).toBeUndefined()
  }
})

test('what is no address makes no request', () => {
  for (const address of ['', 'x', '10.0.0.1', '10.0.0.1/33', '10.0.0.1/x', '::1/129', '300.0.0.1/8']) {
    expect(newAddress({ index: 1, address })).toBeUndefined()
    expect(deleteAddress({ index: 1, address })).toBeUndefined()
    expect(wordOf(address)).toBeUndefined()
  }
  const macs = [
    '02:00',
    '02:00:00:00:00:100',
    '2:00:00:00:00:01',
    '0x:00:00:00:00:01',
    '-1:00:00:00:00:01',
    '02:00:00:00:00: 1',
  ]
  for (const mac of macs) expect(setNeighbour({ index: 1, address: '10.0.0.1', mac })).toBeUndefined()
})

test('of any bytes something is read, or nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (body) => {
      for (const decode of [decodeLink, decodeNamedLink, decodeAddress, decodeRoute, decodeNeighbour]) decode(body)
    }),
  )
})
