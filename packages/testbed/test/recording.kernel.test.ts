import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  captureState,
  createScratch,
  inside,
  leaveBlank,
  output,
  type Places,
  recordChanges,
  replay,
  type Scratch,
  type States,
} from '../src/index.ts'

let scratch: Scratch
beforeAll(async () => {
  scratch = await createScratch('recording')
})
afterAll(() => scratch.destroy())

/** A host with a card, and two more namespaces. */
async function newPlaces(): Promise<Places> {
  const places = { host: await scratch.newNetns(), away: await scratch.newNetns(), blue: await scratch.newNetns() }
  for (const netns of Object.values(places)) {
    await output(
      inside(netns, ['sysctl', '-q', '-w', 'net/ipv6/conf/default/accept_dad=0', 'net/ipv6/conf/all/accept_dad=0']),
    )
  }
  const router = await scratch.newNetns()
  await sh(places, {
    host: `ip link add name card address 02:00:00:00:00:10 type veth peer name far netns ${router}
      ip link set lo up; ip link set card up
      ip address add 10.0.0.2/24 dev card; ip route add default via 10.0.0.1`,
  })
  await output(inside(router, ['ip', 'link', 'set', 'far', 'up']))
  return places
}

async function sh(places: Places, scripts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, script] of Object.entries(scripts)) {
    const text = script.replaceAll(/\{(\w+)\}/g, (_, place) => places[place] ?? '')
    await output(inside(places[name] ?? '', ['sh', '-e', '-c', text]))
  }
}

async function capture(places: Places): Promise<States> {
  const states = Object.entries(places).map(async ([name, netns]) => [name, await captureState(netns)] as const)
  return Object.fromEntries(await Promise.all(states))
}

const blank = async (states: States, places: Places) => JSON.parse(await leaveBlank(JSON.stringify(states), places))

const port = 'ip link add name v0 index 9 address 02:00:00:00:00:20 type veth'
test.each([
  [
    'links, and who is whose port',
    {
      host: `ip link add br0 index 8 address 02:00:00:00:00:08 mtu 1400 type bridge; ip link set br0 up
      ip link add name p0 index 9 address 02:00:00:00:00:09 type ifb; ip link add name p1 index 7 address 02:00:00:00:00:07 type ifb
      ip link set p0 master br0 up; ip link set p1 master br0; ip link property add dev br0 altname other
      ip link set p1 alias "it's in {blue}"`,
    },
  ],
  [
    'a pair that connects two namespaces',
    {
      host: `${port} peer name eth0 address 02:00:00:00:00:21 netns {blue}; ip link set v0 up`,
      blue: 'ip link set eth0 up',
    },
  ],
  [
    'a TAP interface',
    { blue: 'ip tuntap add dev t0 mode tap user 54321 vnet_hdr; ip link set t0 address 02:00:00:00:00:30 mtu 1400 up' },
  ],
  [
    'a link that is elsewhere',
    { host: 'ip link set card netns {away}', away: 'ip link set card up; ip address add 10.0.0.2/24 dev card' },
  ],
  ['a link that was changed', { host: 'ip link set card mtu 1400 alias x' }],
  [
    'addresses',
    {
      host: 'ip address add 10.0.0.3/24 broadcast + dev card label card:x metric 7; ip address add fd00::3/64 dev card nodad noprefixroute; ip address add 10.7.0.1 peer 10.7.0.2/32 dev card',
    },
  ],
  ['addresses and routes that went', { host: 'ip route delete default; ip address delete 10.0.0.2/24 dev card' }],
  [
    'routes',
    {
      host: `ip route add 10.8.0.0/16 via 10.0.0.9 mtu 1400 advmss 1360 proto static metric 7
      ip route add 10.9.0.1 dev card scope link table 77; ip route add blackhole 10.9.9.0/24
      ip route add 10.10.0.0/16 via 10.99.0.1 dev card onlink src 10.0.0.2; ip route add fd09::/64 dev card`,
    },
  ],
  [
    'neighbours',
    {
      host: 'ip neighbour add 10.0.0.7 lladdr 02:00:00:00:00:07 dev card nud permanent; ip neighbour add proxy 10.0.0.8 dev card; ip neighbour add 10.0.0.9 lladdr 02:00:00:00:00:09 dev card nud stale',
    },
  ],
  [
    'settings',
    {
      host: `sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv4.conf.card.proxy_arp=1 net.ipv6.conf.lo.forwarding=0
      ip link add br0 address 02:00:00:00:00:08 type bridge; sysctl -qw net.ipv4.neigh.br0.proxy_delay=0 net.ipv6.conf.br0.disable_ipv6=1; ip link set br0 up`,
    },
  ],
  [
    'the packet filter',
    {
      host: `nft 'table bridge x { map m { type ipv4_addr : ether_addr; elements = { 10.0.0.9 : 02:00:00:00:00:09 }; }; chain c { type filter hook prerouting priority -300; iifname "card" ether daddr set ip daddr map @m; }; }'`,
    },
  ],
] as const)('a recording makes it again: %s', async (_, scripts) => {
  const [places, others] = [await newPlaces(), await newPlaces()]
  const before = await capture(places)
  expect(await blank(await capture(others), others)).toEqual(await blank(before, places))
  await sh(places, scripts)
  const after = await capture(places)
  expect(after).not.toEqual(before)
  await replay(await recordChanges(places, before, after), others)
  expect(await blank(await capture(others), others)).toEqual(await blank(after, places))
})

describe('a recording', () => {
  test('of nothing is empty', async () => {
    const places = await newPlaces()
    const before = await capture(places)
    expect(await recordChanges(places, before, await capture(places))).toEqual([])
  })

  test('is refused for what it has no words for', async () => {
    const places = await newPlaces()
    const before = await capture(places)
    await sh(places, { host: 'ip route add 10.8.0.0/16 nexthop via 10.0.0.8 nexthop via 10.0.0.9' })
    await expect(recordChanges(places, before, await capture(places))).rejects.toThrow('10.8.0.0/16')
  })

  test('that cannot be made again is an exception that says why', async () => {
    await expect(replay(['host ip link set dev nope up'], await newPlaces())).rejects.toThrow('nope')
  })
})
