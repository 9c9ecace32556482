import { describe, expect, it } from 'vitest'
import { readAddresses } from '../../src/read/addresses.ts'

// Recorded from `ip -json address show` (iproute2 6.1).
const recorded = `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK"],"mtu":65536,"qdisc":"noop","operstate":"DOWN",
"group":"default","txqlen":1000,"link_type":"loopback","address":"00:00:00:00:00:00","addr_info":[]},
{"ifindex":2,"ifname":"br0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":9001,"link_type":"ether",
"address":"02:00:00:00:00:01","addr_info":[{"family":"inet","local":"10.1.1.1","prefixlen":24,"broadcast":"10.1.1.255",
"scope":"global","label":"br0","valid_life_time":4294967295,"preferred_life_time":4294967295},{"family":"inet6",
"local":"fe80::ff:fe00:1","prefixlen":64,"scope":"link","tentative":true,"valid_life_time":4294967295}]},
{"ifindex":5,"link":"w1","ifname":"w0","addr_info":[{"family":"inet","local":"192.168.1.43","prefixlen":24,
"scope":"global","label":"w0"}]}]`

describe('readAddresses', () => {
  it('reads the addresses of all links', () => {
    expect(readAddresses(recorded)._unsafeUnwrap()).toEqual([
      { dev: 'br0', address: '10.1.1.1/24', broadcast: '10.1.1.255' },
      { dev: 'br0', address: 'fe80::ff:fe00:1/64' },
      { dev: 'w0', address: '192.168.1.43/24' },
    ])
  })

  it('reads peers, metrics, and that an address brings no route', () => {
    const output = `[{"ifname":"x","addr_info":[{"family":"inet","local":"10.8.0.1","address":"10.8.0.2","prefixlen":32},
      {"family":"inet","local":"10.1.0.1","prefixlen":24,"metric":70,"scope":"global","noprefixroute":true}]}]`
    expect(readAddresses(output)._unsafeUnwrap()).toEqual([
      { dev: 'x', address: '10.8.0.1/32', peer: '10.8.0.2' },
      { dev: 'x', address: '10.1.0.1/24', metric: 70, noPrefixRoute: true },
    ])
  })

  it('reads lifetimes, labels, scopes, flags, and what cannot be given to another', () => {
    const output = `[{"ifname":"x","addr_info":[{"family":"inet","local":"10.1.0.1","prefixlen":24,"scope":"link",
      "label":"x:1","dynamic":true,"valid_life_time":3600,"preferred_life_time":1800},{"family":"inet","local":"10.2.0.1",
      "prefixlen":24,"scope":"global","deprecated":true,"label":"x","valid_life_time":4294967295,
      "preferred_life_time":4294967295},{"family":"inet6","local":"fd00::1","prefixlen":64,"scope":"global",
      "mngtmpaddr":true,"home":true,"protocol":"kernel_ra","valid_life_time":9,"preferred_life_time":0,"deprecated":true},
      {"family":"inet6","local":"fd00::2","prefixlen":64,"scope":"global","temporary":true,"ifa_flags":"1000"}]}]`
    expect(readAddresses(output)._unsafeUnwrap()).toEqual([
      { dev: 'x', address: '10.1.0.1/24', scope: 'link', label: 'x:1', validSeconds: 3600, preferredSeconds: 1800 },
      { dev: 'x', address: '10.2.0.1/24', preferredSeconds: 0 },
      {
        dev: 'x',
        address: 'fd00::1/64',
        validSeconds: 9,
        preferredSeconds: 0,
        flags: ['home', 'mngtmpaddr'],
        protocol: 2,
      },
      { dev: 'x', address: 'fd00::2/64', unknown: ['temporary', '1000'] },
    ])
  })

  it('says where something is wrong', () => {
    const problem = readAddresses('[{"ifname":"w0","addr_info":[{"local":"10.0.0.1"}]}]')._unsafeUnwrapErr()
    expect(problem).toContain('[0].addr_info[0].prefixlen should be an integer, and is nothing')
  })
})
