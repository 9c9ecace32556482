import { describe, expect, it } from 'vitest'
import { readMetrics } from '../../src/read/metrics.ts'
import { readRoutes } from '../../src/read/routes.ts'

// Recorded from `ip -json -details route show table main type unicast` (iproute2 6.1), -4 and -6.
const inet = `[{"type":"unicast","dst":"default","gateway":"10.99.0.1","dev":"w0","protocol":"boot","scope":"global",
"flags":["onlink"]},{"type":"unicast","dst":"10.1.1.0/24","dev":"br0","protocol":"kernel","scope":"link",
"prefsrc":"10.1.1.1","flags":[]},{"type":"unicast","dst":"10.8.0.9","dev":"w0","protocol":"static","scope":"link",
"prefsrc":"192.168.1.43","metric":77,"flags":["linkdown"]}]`
const inet6 = `[{"type":"unicast","dst":"fd00::/64","dev":"w0","protocol":"kernel","scope":"global","metric":256,
"flags":[],"pref":"medium"},{"type":"unicast","dst":"fd00::7","dev":"w0","protocol":"boot","scope":"global",
"metric":1024,"flags":[],"pref":"medium"},{"type":"unicast","dst":"default","gateway":"fe80::1","dev":"w0",
"protocol":"ra","scope":"global","metric":1024,"flags":["onlink"],"expires":1790,"pref":"medium"}]`

// Recorded from `ip -json -4 -N -details route show table all type unicast`.
const numeric = `[{"type":"1","dst":"default","gateway":"10.0.0.9","dev":"x","table":"10001","protocol":"3","scope":"0",
"flags":[]},{"type":"1","dst":"10.3.0.0/16","dev":"x","table":"253","protocol":"186","scope":"253","flags":[]},
{"type":"1","dst":"10.0.0.0/24","dev":"x","table":"254","protocol":"2","scope":"253","prefsrc":"10.0.0.1","metric":50,
"flags":[]},{"type":"1","dst":"fe80::","dev":"x","table":"255","protocol":"2","scope":"0","flags":[]}]`

const boot = { onlink: false, protocol: 'boot', metric: 0 }

describe('readRoutes', () => {
  it('reads IPv4 routes', () => {
    expect(readRoutes(inet, 'inet')._unsafeUnwrap()).toEqual([
      { ...boot, destination: '0.0.0.0/0', gateway: '10.99.0.1', dev: 'w0', onlink: true, scope: 'global' },
      { ...boot, destination: '10.1.1.0/24', dev: 'br0', protocol: 'kernel', scope: 'link', source: '10.1.1.1' },
      {
        ...boot,
        destination: '10.8.0.9/32',
        dev: 'w0',
        protocol: 'static',
        scope: 'link',
        metric: 77,
        source: '192.168.1.43',
      },
    ])
  })

  it('reads IPv6 routes', () => {
    const global = { onlink: false, scope: 'global' }
    expect(readRoutes(inet6, 'inet6')._unsafeUnwrap()).toEqual([
      { ...global, destination: 'fd00::/64', dev: 'w0', protocol: 'kernel', metric: 256 },
      { ...global, destination: 'fd00::7/128', dev: 'w0', protocol: 'boot', metric: 1024 },
      {
        ...global,
        destination: '::/0',
        gateway: 'fe80::1',
        dev: 'w0',
        onlink: true,
        protocol: 'ra',
        metric: 1024,
        expiresSeconds: 1790,
      },
    ])
  })

  it('reads routes of all tables but the local one, told by numbers', () => {
    expect(readRoutes(numeric, 'inet')._unsafeUnwrap()).toEqual([
      { ...boot, destination: '0.0.0.0/0', gateway: '10.0.0.9', dev: 'x', scope: 'global', table: 10001 },
      { ...boot, destination: '10.3.0.0/16', dev: 'x', protocol: '186', scope: 'link', table: 253 },
      {
        ...boot,
        destination: '10.0.0.0/24',
        dev: 'x',
        protocol: 'kernel',
        scope: 'link',
        metric: 50,
        source: '10.0.0.1',
      },
    ])
  })

  it.each([
    ['one type of service', '"dev":"a","scope":"link","tos":"0x10"', { dev: 'a', scope: 'link', tos: 16 }],
    ['another scope', '"dev":"a","scope":"site"', { dev: 'a', scope: 'site' }],
    ['another kind', '"type":"local","dev":"a","scope":"host"', { type: 'local', dev: 'a', scope: 'host' }],
    [
      'a gateway of the other IP version',
      '"dev":"a","scope":"global","via":{"family":"inet6","host":"fe80::1"}',
      { dev: 'a', gateway: 'fe80::1', scope: 'global' },
    ],
    [
      'several links',
      `"scope":"global","nexthops":[{"gateway":"10.0.0.1","dev":"a","weight":3,"flags":["onlink"]},
        {"via":{"family":"inet6","host":"fe80::1"},"dev":"b","weight":1,"flags":[]}]`,
      {
        gateway: '10.0.0.1',
        dev: 'a',
        onlink: true,
        weight: 3,
        scope: 'global',
        furtherHops: [{ gateway: 'fe80::1', dev: 'b', onlink: false }],
      },
    ],
  ])('reads a route by or for %s', (_, fields, expected) => {
    const output = `[{"dst":"10.0.0.0/8","protocol":"boot","flags":[],${fields}}]`
    expect(readRoutes(output, 'inet')._unsafeUnwrap()).toEqual([{ ...boot, destination: '10.0.0.0/8', ...expected }])
  })

  it('reads sources and preferences of IPv6 routes', () => {
    const output = `[{"dst":"fd01::/64","from":"fd00::1","gateway":"fe80::1","dev":"a","protocol":"boot","flags":[],
      "pref":"high","expires":59}]`
    const expected = { from: 'fd00::1/128', gateway: 'fe80::1', preference: 'high', expiresSeconds: 59 }
    expect(readRoutes(output, 'inet6')._unsafeUnwrap()).toMatchObject([expected])
  })

  it.each([
    ['a nexthop object', '"nhid":5,"dev":"a"', ['nhid']],
    ['encapsulation', '"encap":"mpls","dst":"100","tos":0,"dev":"a"', ['encap']],
    ['encapsulation by one way', '"nexthops":[{"encap":"ip","dev":"a"},{"dev":"a"}]', ['encap']],
    ['a named type of service', '"dev":"a","tos":"AF11"', ['tos']],
  ])('tells that a route has %s', (_, fields, unknown) => {
    const output = `[{"dst":"10.0.0.0/8","protocol":"boot","flags":[],${fields}}]`
    expect(readRoutes(output, 'inet')._unsafeUnwrap()).toMatchObject([{ dev: 'a', unknown }])
  })

  it.each([
    ['no link', '"scope":"global"'],
    ['a link that only stands for none', '"type":"blackhole","dev":"lo"'],
  ])('leaves out a route by %s', (_, fields) => {
    const output = `[{"dst":"10.0.0.0/8","protocol":"boot","flags":[],${fields}}]`
    expect(readRoutes(output, 'inet')._unsafeUnwrap()).toEqual([])
  })
})

// Recorded from `ip -4 -N -details route show table all` and `ip -6 …`.
const lines = `unicast default via 192.0.2.1 dev mtu table 254 proto 3 scope 0 metric 7 mtu lock 1500 advmss 1460 rtt 1.5s
unicast 10.0.0.0/8 table 100 proto 3 scope 0 features ecn congctl lock reno quickack 1
\tnexthop via 192.0.2.1 dev mtu weight 1
\tnexthop via 192.0.2.2 dev mtu weight 2
unicast 10.9.0.0/16 dev x proto 4 scope 253 rttvar 2ms rto_min lock 50ms
unicast fd00::/64 dev x table 254 proto 2 scope 0 metric 256 pref medium
`

describe('readMetrics', () => {
  it('reads the metrics of each route, in units and with locks', () => {
    expect(readMetrics(lines)).toEqual([
      { mtu: 1500, advmss: 1460, rtt: 12000, lock: 1 << 2 },
      { features: 1, congctl: 'reno', quickack: 1, lock: 1 << 16 },
      { rttvar: 8, rto_min: 50, lock: 1 << 13 },
      undefined,
    ])
  })
})
