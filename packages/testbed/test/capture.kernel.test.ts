import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  captureState,
  createScratch,
  createWorld,
  inside,
  output,
  routerMac,
  type Scratch,
  type State,
  type World,
  writeSysctl,
} from '../src/index.ts'

let scratch: Scratch
let world: World
beforeAll(async () => {
  scratch = await createScratch('capture')
  world = await createWorld()
})
afterAll(async () => {
  await scratch.destroy()
  await world.destroy()
})

const ip = (...args: string[]) => output(inside(world.host, ['ip', ...args]))

/** What every namespace of the comparisons has. */
const base = `set -e
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
ip link add name br0 address 02:00:00:00:00:b0 up type bridge
ip link add name v0 address 02:00:00:00:00:50 type veth peer name v1 address 02:00:00:00:00:51
ip link set v0 up
ip link set v1 master br0 up
ip address add 10.8.0.1/24 dev v0
ip -6 address add fd08::1/64 dev v0
nft 'table inet filter { set ports { type inet_service; }; chain in { type filter hook input priority 0; }; }'
`

/** The state of a new namespace in which a shell script has been run. */
async function stateAfter(script: string): Promise<State> {
  const netns = await scratch.newNetns()
  await output(inside(netns, ['sh', '-c', base + script]))
  return captureState(netns)
}

/** What was done, and what else might have been; nothing, if that is absent. */
type Difference = readonly [what: string, done: string, other?: string]
const named = ([what, done, other = '']: Difference) => ({ what, done, other })

const links: readonly Difference[] = [
  ['a link', 'ip link add x0 address 02:00:00:00:00:99 type ifb'],
  [
    'the kind of a link',
    'ip link add x0 address 02:00:00:00:00:99 type ifb',
    'ip link add x0 address 02:00:00:00:00:99 type bridge',
  ],
  ['an index', 'ip link add x0 index 98 type ifb', 'ip link add x0 index 99 type ifb'],
  ['a link that is down', 'ip link set v0 down'],
  ['an MTU', 'ip link set v0 mtu 1400'],
  ['a MAC address', 'ip link set v0 address 02:00:00:00:00:99'],
  ['an alias', 'ip link set v0 alias x', 'ip link set v0 alias y'],
  ['an alternative name', 'ip link property add dev v0 altname other'],
  ['promiscuity', 'ip link set v0 promisc on'],
  ['reception of all multicast', 'ip link set v0 allmulticast on'],
  ['a link without ARP', 'ip link set v0 arp off'],
  ['the length of a queue', 'ip link set v0 txqueuelen 7'],
  ['a queueing discipline', 'tc qdisc add dev v0 root pfifo'],
  ['a group', 'ip link set v0 group 7'],
  ['the limit of what is segmented', 'ip link set v0 gso_max_size 9000'],
  ['the limit of what is received as one', 'ip link set v0 gro_max_size 9000'],
  ['how addresses are generated', 'ip link set v0 addrgenmode none'],
  ['the master of a port', 'ip link set v1 nomaster'],
  ['a setting of a bridge', 'ip link set br0 type bridge ageing_time 9'],
  ['a setting of a port', 'ip link set v1 type bridge_slave hairpin on'],
  ['an entry of a bridge', 'bridge fdb add 02:00:00:00:00:77 dev v1 master static'],
]

const address = 'ip address add 10.9.0.1/24 dev v0'
const addresses: readonly Difference[] = [
  ['an address', address],
  ['an IPv6 address', 'ip address add fd00::9/128 dev v0'],
  ['a prefix length', address, 'ip address add 10.9.0.1/25 dev v0'],
  ['a broadcast address', address, `${address} broadcast +`],
  ['a label', address, `${address} label v0:x`],
  ['the metric of an address', address, `${address} metric 7`],
  ['the scope of an address', address, `${address} scope link`],
  ['an address without a route to its subnet', address, `${address} noprefixroute`],
  ['a peer', address, 'ip address add 10.9.0.1 peer 10.9.0.2/24 dev v0'],
  ['a lifetime', address, `${address} valid_lft 3600 preferred_lft 3600`],
  ['another lifetime', `${address} valid_lft 600 preferred_lft 600`, `${address} valid_lft 3600 preferred_lft 3600`],
  ['an address that is not preferred', address, `${address} preferred_lft 0`],
  [
    'the order of addresses',
    `${address}; ip address add 10.9.0.2/24 dev v0`,
    `ip address add 10.9.0.2/24 dev v0; ${address}`,
  ],
]

const route = 'ip route add 10.9.0.0/16 via 10.8.0.2'
const routes: readonly Difference[] = [
  ['a route', route],
  ['an IPv6 route', 'ip route add fd09::/64 via fd08::2'],
  ['a route of another table', `${route} table 77`, `${route} table 78`],
  ['the type of a route', 'ip route add blackhole 10.9.0.0/16', 'ip route add unreachable 10.9.0.0/16'],
  ['the metric of a route', route, `${route} metric 7`],
  ['the MTU of a route', route, `${route} mtu 1400`],
  ['a segment size', route, `${route} advmss 1360`],
  ['a window', route, `${route} initcwnd 40`],
  ['a time-out', route, `${route} rto_min 300ms`],
  ['a protocol', route, `${route} proto static`],
  ['a source', route, `${route} src 10.8.0.1`],
  [
    'the scope of a route',
    'ip route add 10.9.0.0/16 dev v0 scope link',
    'ip route add 10.9.0.0/16 dev v0 scope global',
  ],
  ['a type of service', route, `${route} tos 8`],
  ['a next hop that is on the link', route, `${route} dev v0 onlink`],
  ['several next hops', route, 'ip route add 10.9.0.0/16 nexthop via 10.8.0.2 nexthop via 10.8.0.3'],
  [
    'weights',
    'ip route add fd09::/64 nexthop via fd08::2 nexthop via fd08::3',
    'ip route add fd09::/64 nexthop via fd08::2 weight 7 nexthop via fd08::3',
  ],
  ['the preference of a route', 'ip route add fd09::/64 via fd08::2', 'ip route add fd09::/64 via fd08::2 pref high'],
  [
    'an IPv6 route that expires',
    'ip route add fd09::/64 via fd08::2',
    'ip route add fd09::/64 via fd08::2 expires 600',
  ],
  ['a rule', 'ip rule add from 10.9.0.1 lookup 77', 'ip rule add from 10.9.0.1 lookup 78'],
  ['an IPv6 rule', 'ip -6 rule add from fd09::1 lookup 77'],
]

const neighbour = (mac: string, nud: string) => `ip neighbour replace 10.8.0.9 lladdr ${mac} dev v0 nud ${nud}`
const [mac, otherMac] = ['02:00:00:00:00:09', '02:00:00:00:00:99']
const neighbours: readonly Difference[] = [
  ['a neighbour', neighbour(mac, 'permanent')],
  ['a neighbour that was learnt', neighbour(mac, 'stale')],
  ['whether a neighbour was learnt', neighbour(mac, 'permanent'), neighbour(mac, 'stale')],
  ['the MAC address that was learnt', neighbour(mac, 'stale'), neighbour(otherMac, 'stale')],
  ['an IPv6 neighbour that was learnt', `ip neighbour add fd08::9 lladdr ${mac} dev v0 nud stale`],
  ['a neighbour by proxy', 'ip neighbour add proxy 10.8.0.9 dev v0'],
]

const packetFilter: readonly Difference[] = [
  ['a table', 'nft add table inet x'],
  [
    'a rule of the packet filter',
    'nft add rule inet filter in udp dport 9 drop',
    'nft add rule inet filter in udp dport 9 accept',
  ],
  [
    'the order of rules',
    'nft "add rule inet filter in tcp dport 9 drop; add rule inet filter in udp dport 9 drop"',
    'nft "add rule inet filter in udp dport 9 drop; add rule inet filter in tcp dport 9 drop"',
  ],
  ['an element', 'nft add element inet filter ports { 9 }', 'nft add element inet filter ports { 10 }'],
  ['a rule of iptables', 'iptables-nft -A INPUT -p udp -j DROP', 'iptables-nft -A INPUT -p tcp -j DROP'],
]

/** What is only another way to the same state, or an earlier moment of it. */
const same: readonly Difference[] = [
  ['the way to an address', address, `${address} broadcast +; ip address delete 10.9.0.1/24 dev v0; ${address}`],
  ['the age of a neighbour', neighbour(mac, 'stale'), neighbour(mac, 'reachable')],
  ['a neighbour that does not answer', '', 'ip neighbour add 10.8.0.9 dev v0 nud failed'],
  ['that the router was heard of', '', neighbour(routerMac, 'stale')],
  ['a link-local neighbour', '', `ip neighbour add fe80::9 lladdr ${mac} dev v0 nud stale`],
  [
    'seconds of a lifetime',
    `${address} valid_lft 3600 preferred_lft 3600`,
    `${address} valid_lft 3570 preferred_lft 3570`,
  ],
  [
    'the order of elements',
    'nft add element inet filter ports { 7, 8, 9 }',
    'for i in 9 8 7; do nft add element inet filter ports { $i }; done',
  ],
  [
    'what a rule has counted',
    'nft add rule inet filter in counter drop',
    'nft add rule inet filter in counter packets 7 bytes 777 drop',
  ],
]

describe('captureState', () => {
  test.each([...links, ...addresses, ...routes, ...neighbours, ...packetFilter].map(named))(
    'sees $what',
    async ({ done, other }) => {
      const [one, another] = await Promise.all([stateAfter(done), stateAfter(other)])
      expect(one).not.toEqual(another)
    },
  )

  test.each(same.map(named))('does not see $what', async ({ done, other }) => {
    const [one, another] = await Promise.all([stateAfter(done), stateAfter(other)])
    expect(one).toEqual(another)
  })

  test.each([
    ['ipv4/conf/eth10/forwarding', '0', '1'],
    ['ipv4/conf/eth10/proxy_arp', '0', '1'],
    ['ipv4/neigh/eth10/proxy_delay', '80', '0'],
    ['ipv6/conf/eth10/forwarding', '0', '1'],
    ['ipv6/conf/eth10/accept_ra', undefined, '2'],
    ['ipv6/neigh/eth10/proxy_qlen', '64', '7'],
    ['ipv4/ip_nonlocal_bind', '0', '1'],
    ['ipv6/bindv6only', '0', '1'],
  ])('sees the setting %s', async (path, initial, changed) => {
    const before = await captureState(world.host)
    const value = before.sysctls[path] ?? ''
    if (initial !== undefined) expect(value).toBe(initial)
    await writeSysctl(world.host, `net/${path}`, changed)
    expect((await captureState(world.host)).sysctls).toEqual({ ...before.sysctls, [path]: changed })
    await writeSysctl(world.host, `net/${path}`, value)
    expect(await captureState(world.host)).toEqual(before)
  })

  test('sees the switches of the machine, and all that they switch', async () => {
    const before = await captureState(world.host)
    await writeSysctl(world.host, 'net/ipv4/ip_forward', '1')
    await writeSysctl(world.host, 'net/ipv6/conf/all/forwarding', '1')
    const { sysctls } = await captureState(world.host)
    const changed = Object.keys(sysctls).filter((path) => sysctls[path] !== before.sysctls[path])
    const forwarding = ['all', 'default', 'eth10', 'lo'].map((dev) => `conf/${dev}/forwarding`)
    expect(changed).toEqual([
      // It follows: a router takes no advice about routes.
      'ipv4/conf/all/accept_redirects',
      ...forwarding.map((path) => `ipv4/${path}`),
      'ipv4/ip_forward',
      ...forwarding.map((path) => `ipv6/${path}`),
    ])
    await writeSysctl(world.host, 'net/ipv4/ip_forward', '0')
    await writeSysctl(world.host, 'net/ipv6/conf/all/forwarding', '0')
    expect(await captureState(world.host)).toEqual(before)
  })

  test('waits until the kernel has tried an address', async () => {
    const { beyond } = world
    await writeSysctl(beyond, 'net/ipv6/conf/all/accept_dad', '1')
    await writeSysctl(beyond, 'net/ipv6/conf/eth0/accept_dad', '1')
    const add = inside(beyond, ['ip', 'address', 'add', 'fd00::1/64', 'dev', 'eth0'])
    await output(add)
    const shown = await output(inside(beyond, ['ip', '-json', 'address', 'show', 'dev', 'eth0', 'tentative']))
    expect(shown).toContain('fd00::1')
    const { addresses } = await captureState(beyond)
    expect(addresses.find(({ local }) => local === 'fd00::1')).toMatchObject({ dev: 'eth0', prefixlen: 64 })
    expect(addresses.filter(({ tentative }) => tentative)).toEqual([])
  })

  test('waits until the kernel has reported a carrier', async () => {
    const { router, beyond } = world
    const linkOf = async () => (await captureState(beyond)).links.find(({ ifname }) => ifname === 'eth0')
    await output(inside(router, ['ip', 'link', 'set', 'far', 'down']))
    expect((await linkOf())?.['flags']).toEqual(['NO-CARRIER', 'BROADCAST', 'MULTICAST', 'UP'])
    await output(inside(router, ['ip', 'link', 'set', 'far', 'up']))
    expect((await linkOf())?.['flags']).toEqual(['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'])
  })

  test('is not held up by an address where there is no carrier', async () => {
    await ip('link', 'add', 'alone', 'type', 'bridge')
    await writeSysctl(world.host, 'net/ipv6/conf/alone/accept_dad', '1')
    await ip('address', 'add', 'fd00::1/64', 'dev', 'alone')
    const { addresses } = await captureState(world.host)
    expect(addresses.find(({ dev }) => dev === 'alone')).toMatchObject({ local: 'fd00::1', tentative: true })
    await ip('link', 'delete', 'alone')
  })

  test('says which namespace is not there', async () => {
    await expect(captureState('/run/netns/no-such-namespace')).rejects.toThrow('no-such-namespace')
  })
})
