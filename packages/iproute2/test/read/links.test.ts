import { describe, expect, it } from 'vitest'
import { completeLink, namesNeeded, readLinks } from '../../src/read/links.ts'

// Recorded from `ip -json -details link show` (iproute2 6.1), without the settings of the bridge and its ports.
const recorded = `[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK"],"mtu":65536,"qdisc":"noop","operstate":"DOWN",
"linkmode":"DEFAULT","group":"default","txqlen":1000,"link_type":"loopback","address":"00:00:00:00:00:00",
"broadcast":"00:00:00:00:00:00","promiscuity":0,"inet6_addr_gen_mode":"eui64"},
{"ifindex":2,"ifname":"br0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":9001,"link_type":"ether",
"address":"02:00:00:00:00:01","linkinfo":{"info_kind":"bridge","info_data":{"gc_timer":299.92}},
"ifalias":"hello","altnames":["averyveryverylongalternativename"]},
{"ifindex":3,"link_index":7,"ifname":"v0","flags":["BROADCAST","MULTICAST","UP","LOWER_UP"],"mtu":9001,"master":"br0",
"operstate":"UP","link_type":"ether","address":"02:00:00:00:00:03","link_netnsid":0,
"linkinfo":{"info_kind":"veth","info_slave_kind":"bridge"}},
{"ifindex":4,"link":"w0","ifname":"w1","flags":["BROADCAST","MULTICAST","M-DOWN"],"mtu":1500,"link_type":"ether",
"address":"8e:a4:23:fc:83:33","linkinfo":{"info_kind":"veth"}},
{"ifindex":6,"link":"eth0","ifname":"eth0.5","flags":["BROADCAST"],"mtu":1500,"link_type":"ether",
"address":"02:00:00:00:00:06","linkinfo":{"info_kind":"vlan"}},
{"ifindex":8,"link":null,"ifname":"tun0","flags":["POINTOPOINT","NOARP","UP"],"mtu":1500,"link_type":"none",
"linkinfo":{"info_kind":"tun"}}]`

describe('readLinks', () => {
  it('reads links of all kinds', () => {
    expect(readLinks(recorded)._unsafeUnwrap()).toEqual([
      { index: 1, name: 'lo', altNames: [], mtu: 65536, up: false },
      {
        index: 2,
        name: 'br0',
        altNames: ['averyveryverylongalternativename'],
        kind: 'bridge',
        mac: '02:00:00:00:00:01',
        mtu: 9001,
        up: true,
        alias: 'hello',
      },
      {
        index: 3,
        name: 'v0',
        altNames: [],
        kind: 'veth',
        mac: '02:00:00:00:00:03',
        mtu: 9001,
        up: true,
        masterName: 'br0',
        peer: 7,
      },
      {
        index: 4,
        name: 'w1',
        altNames: [],
        kind: 'veth',
        mac: '8e:a4:23:fc:83:33',
        mtu: 1500,
        up: false,
        peerName: 'w0',
      },
      {
        index: 6,
        name: 'eth0.5',
        altNames: [],
        kind: 'vlan',
        mac: '02:00:00:00:00:06',
        mtu: 1500,
        up: false,
        parentName: 'eth0',
      },
      { index: 8, name: 'tun0', altNames: [], kind: 'tun', mtu: 1500, up: true },
    ])
  })

  it('says where something is wrong', () => {
    expect(readLinks('[{"ifindex":"1","ifname":"lo","mtu":1,"flags":[]}]')._unsafeUnwrapErr()).toBe(
      'ip -json printed something unexpected: [0].ifindex should be an integer, and is "1"',
    )
    expect(readLinks('[{"ifindex":1,"ifname":"lo","flags":[]}]')._unsafeUnwrapErr()).toBe(
      'ip -json printed something unexpected: [0].mtu should be an integer, and is nothing',
    )
    expect(readLinks('[{"ifindex":1,"ifname":"lo","mtu":1,"flags":[7]}]')._unsafeUnwrapErr()).toContain('[0].flags[0]')
  })
})

describe('completeLink', () => {
  const entry = { index: 4, name: 'w1', altNames: [], mtu: 1500, up: false }

  it('puts indexes in the place of names', () => {
    const link = completeLink(
      { ...entry, masterName: 'br0', peerName: 'w0' },
      new Map([
        ['br0', 2],
        ['w0', 5],
      ]),
    )
    expect(link).toEqual({ ...entry, master: 2, peer: 5 })
  })

  it('leaves out what has gone meanwhile', () => {
    expect(completeLink({ ...entry, masterName: 'br0', peerName: 'w0' }, new Map())).toEqual(entry)
  })

  it('keeps the index of a peer in another namespace', () => {
    expect(completeLink({ ...entry, peer: 9 }, new Map())).toEqual({ ...entry, peer: 9 })
  })

  it('needs each name once', () => {
    expect(
      namesNeeded([entry, { ...entry, masterName: 'br0' }, { ...entry, masterName: 'br0', peerName: 'w0' }]),
    ).toEqual(['br0', 'w0'])
  })
})
