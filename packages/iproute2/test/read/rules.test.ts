import { describe, expect, it } from 'vitest'
import { readRules } from '../../src/read/rules.ts'

// Recorded from `ip -4 -N -json rule show` and `ip -6 -N -json rule show` (iproute2 6.1).
const inet = `[{"priority":0,"src":"all","table":"255"},{"priority":9,"src":"all","fwmark":"0x3","iif":"lo","table":"77"},
{"priority":10,"not":null,"src":"10.0.0.0","srclen":8,"table":"78"},{"priority":11,"src":"all","action":"6"},
{"priority":12,"src":"all","dst":"10.0.0.0","dstlen":8,"table":"7"},{"priority":13,"src":"all","dst":"10.0.0.9","table":"7"},
{"priority":4201,"src":"192.168.1.43","goto":42011},{"priority":42010,"src":"all","action":"7"},
{"priority":42011,"src":"all","table":"254","suppress_prefixlen":31}]`
const inet6 = `[{"priority":4201,"src":"fd00::","srclen":64,"goto":42011,"unresolved":null},
{"priority":32766,"src":"fd00::43","table":"254","protocol":"2"}]`

describe('readRules', () => {
  it('reads rules of IPv4, and tells those that it cannot describe', () => {
    const family = 'inet'
    expect(readRules(inet, family)._unsafeUnwrap()).toEqual([
      { family, priority: 0, action: { do: 'lookup', table: 255 } },
      { family, priority: 9, action: { do: 'other', table: 77 } },
      { family, priority: 10, from: '10.0.0.0/8', action: { do: 'other', table: 78 } },
      { family, priority: 11, action: { do: 'other' } },
      { family, priority: 12, to: '10.0.0.0/8', action: { do: 'lookup', table: 7 } },
      { family, priority: 13, to: '10.0.0.9/32', action: { do: 'lookup', table: 7 } },
      { family, priority: 4201, from: '192.168.1.43/32', action: { do: 'goto', priority: 42011 } },
      { family, priority: 42010, action: { do: 'unreachable' } },
      { family, priority: 42011, action: { do: 'lookup', table: 254, suppressPrefixLength: 31 } },
    ])
  })

  it('reads rules of IPv6', () => {
    const family = 'inet6'
    expect(readRules(inet6, family)._unsafeUnwrap()).toEqual([
      { family, priority: 4201, from: 'fd00::/64', action: { do: 'goto', priority: 42011 } },
      { family, priority: 32766, from: 'fd00::43/128', action: { do: 'lookup', table: 254 } },
    ])
  })
})
