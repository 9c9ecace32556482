import { describe, expect, it } from 'vitest'
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
      { ...global, destination: '::/0', gateway: 'fe80::1', dev: 'w0', onlink: true, protocol: 'ra', metric: 1024 },
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

  it('knows the link of output that is of one link', () => {
    const output = '[{"type":"unicast","dst":"default","protocol":"boot","scope":"link","flags":[]}]'
    expect(readRoutes(output, 'inet', 'eth0')._unsafeUnwrap()).toEqual([
      { ...boot, destination: '0.0.0.0/0', dev: 'eth0', scope: 'link' },
    ])
  })

  it.each([
    ['several links', '"scope":"global","nexthops":[{"dev":"a"},{"dev":"b"}]'],
    ['no link', '"scope":"global"'],
    ['one type of service', '"dev":"a","scope":"link","tos":"0x10"'],
    ['some sources only', '"dev":"a","scope":"global","from":"fd00::/64"'],
    ['a gateway of the other IP version', '"dev":"a","scope":"global","via":{"family":"inet6","host":"fe80::1"}'],
    ['another scope', '"dev":"a","scope":"site"'],
  ])('leaves out a route by or for %s', (_, fields) => {
    const output = `[{"type":"unicast","dst":"10.0.0.0/8","protocol":"boot","flags":[],${fields}}]`
    expect(readRoutes(output, 'inet')._unsafeUnwrap()).toEqual([])
  })
})
