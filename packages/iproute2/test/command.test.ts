import type { DriverOperation, Route } from '@vpc-bridge/kernel'
import { describe, expect, it } from 'vitest'
import { commandOf } from '../src/command.ts'
import { commandLine } from '../src/command-line.ts'

const route: Route = {
  destination: '192.168.1.43/32',
  dev: 'vpcbr20',
  onlink: false,
  scope: 'link',
  protocol: 'boot',
  metric: 0,
}

const commands: readonly (readonly [DriverOperation, string])[] = [
  [
    { do: 'add link', link: { kind: 'bridge', name: 'vpcbr20', mac: '02:00:00:00:00:01', mtu: 9001, up: true } },
    'ip link add name vpcbr20 mtu 9001 address 02:00:00:00:00:01 up type bridge',
  ],
  [{ do: 'add link', link: { kind: 'ifb', name: 'up' } }, 'ip link add name up type ifb'],
  [
    { do: 'add link', link: { kind: 'dummy', name: 'd0', master: 'vpcbr20', up: false } },
    'ip link add name d0 master vpcbr20 type dummy',
  ],
  [
    {
      do: 'add link',
      link: {
        kind: 'veth',
        name: 'veth0',
        master: 'vpcbr20',
        up: true,
        peer: { name: 'eth0', netns: '/run/netns/blue', mtu: 9001, mac: '02:00:00:00:00:02' },
      },
    },
    'ip link add name veth0 master vpcbr20 up type veth ' +
      'peer name eth0 netns /run/netns/blue mtu 9001 address 02:00:00:00:00:02',
  ],
  [
    { do: 'add link', link: { kind: 'veth', name: 'a', peer: { name: 'b' } } },
    'ip link add name a type veth peer name b',
  ],
  [
    {
      do: 'set link',
      name: 'eth0',
      set: { up: true, mac: '02:00:00:00:00:02', mtu: 1400, master: 'br0', alias: "it's" },
    },
    `ip link set dev eth0 mtu 1400 address 02:00:00:00:00:02 master br0 alias 'it'\\''s' up`,
  ],
  [
    { do: 'set link', name: 'eth0', set: { up: false, master: null, alias: '' } },
    `ip link set dev eth0 nomaster alias '' down`,
  ],
  [{ do: 'delete link', name: 'eth0' }, 'ip link delete dev eth0'],
  [{ do: 'move link', name: 'eth0', netns: '/run/netns/blue' }, 'ip link set dev eth0 netns /run/netns/blue'],
  [
    { do: 'add link', link: { kind: 'tap', name: 'tap0', owner: 1000 } },
    'ip tuntap add dev tap0 mode tap user 1000 vnet_hdr',
  ],
  [{ do: 'set route', route }, 'ip route replace 192.168.1.43/32 dev vpcbr20'],
  [{ do: 'add altname', name: 'eth0', altName: 'long' }, 'ip link property add dev eth0 altname long'],
  [{ do: 'delete altname', name: 'eth0', altName: 'long' }, 'ip link property del dev eth0 altname long'],
  [
    { do: 'add address', address: { dev: 'eth0', address: '10.0.0.2/24', broadcast: '10.0.0.255' } },
    'ip address add 10.0.0.2/24 broadcast 10.0.0.255 dev eth0',
  ],
  [
    { do: 'add address', address: { dev: 'eth0', address: 'fd00::2/64', metric: 512, noPrefixRoute: true } },
    'ip address add fd00::2/64 dev eth0 metric 512 noprefixroute nodad',
  ],
  [
    { do: 'delete address', address: { dev: 'eth0', address: '10.8.0.1/32', peer: '10.8.0.2', metric: 512 } },
    'ip address delete 10.8.0.1 peer 10.8.0.2/32 dev eth0',
  ],
  [{ do: 'delete address', address: { dev: 'eth0', address: 'fd00::2/64' } }, 'ip address delete fd00::2/64 dev eth0'],
  [{ do: 'add route', route }, 'ip route add 192.168.1.43/32 dev vpcbr20'],
  [
    {
      do: 'add route',
      route: { ...route, destination: '0.0.0.0/0', gateway: '10.0.0.1', onlink: true, scope: 'global' },
    },
    'ip route add 0.0.0.0/0 via 10.0.0.1 dev vpcbr20 onlink',
  ],
  [
    { do: 'add route', route: { ...route, scope: 'global', protocol: 'static', metric: 7, source: '10.0.0.2' } },
    'ip route add 192.168.1.43/32 dev vpcbr20 scope global proto static metric 7 src 10.0.0.2',
  ],
  [
    { do: 'add route', route: { ...route, destination: '::/0', gateway: 'fe80::1', scope: 'global', metric: 1024 } },
    'ip route add ::/0 via fe80::1 dev vpcbr20',
  ],
  [{ do: 'set route', route: { ...route, table: 10001 } }, 'ip route replace 192.168.1.43/32 dev vpcbr20 table 10001'],
  [
    { do: 'delete route', route: { ...route, table: 10001 } },
    'ip route delete 192.168.1.43/32 dev vpcbr20 scope link proto boot metric 0 table 10001',
  ],
  [{ do: 'delete route', route }, 'ip route delete 192.168.1.43/32 dev vpcbr20 scope link proto boot metric 0'],
  [
    {
      do: 'add address',
      address: {
        dev: 'eth0',
        address: '10.0.0.2/24',
        scope: 'link',
        label: 'eth0:1',
        validSeconds: 3600,
        flags: ['home'],
      },
    },
    'ip address add 10.0.0.2/24 dev eth0 scope link label eth0:1 valid_lft 3600 preferred_lft forever home',
  ],
  [
    { do: 'set route', route: { ...route, metrics: { mtu: 1400, lock: 4, rto_min: 50, features: 1 }, tos: 16 } },
    'ip route replace 192.168.1.43/32 tos 0x10 dev vpcbr20 mtu lock 1400 rto_min 50ms features ecn',
  ],
  [
    {
      do: 'add route',
      route: {
        ...route,
        scope: 'global',
        gateway: '10.0.0.1',
        weight: 3,
        furtherHops: [{ gateway: 'fe80::1', dev: 'eth1', onlink: true }],
        metrics: { mtu: 1400 },
      },
    },
    'ip route add 192.168.1.43/32 mtu 1400 nexthop via 10.0.0.1 dev vpcbr20 weight 3 ' +
      'nexthop via inet6 fe80::1 dev eth1 weight 1 onlink',
  ],
  [
    {
      do: 'set route',
      route: {
        ...route,
        destination: 'fd01::/64',
        scope: 'global',
        from: 'fd00::/64',
        preference: 'low',
        expiresSeconds: 9,
      },
    },
    'ip route replace fd01::/64 from fd00::/64 dev vpcbr20 metric 0 pref low expires 9',
  ],
  [
    {
      do: 'delete route',
      route: { ...route, type: 'local', scope: 'host', furtherHops: [{ dev: 'eth1', onlink: false }] },
    },
    'ip route delete local 192.168.1.43/32 scope host proto boot metric 0 ' +
      'nexthop dev vpcbr20 weight 1 nexthop dev eth1 weight 1',
  ],
  [
    { do: 'set neighbour', neighbour: { dev: 'eth0', address: '10.0.0.1', mac: '02:00:00:00:00:01' } },
    'ip neighbour replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent',
  ],
  [
    { do: 'delete neighbour', neighbour: { dev: 'eth0', address: '10.0.0.1' } },
    'ip neighbour delete 10.0.0.1 dev eth0',
  ],
  [
    {
      do: 'add rule',
      rule: { family: 'inet', priority: 4201, from: '192.168.1.43/32', action: { do: 'goto', priority: 42011 } },
    },
    'ip rule add priority 4201 from 192.168.1.43/32 goto 42011',
  ],
  [
    {
      do: 'add rule',
      rule: { family: 'inet6', priority: 42013, action: { do: 'lookup', table: 254, suppressPrefixLength: 0 } },
    },
    'ip -6 rule add priority 42013 from all lookup 254 suppress_prefixlength 0',
  ],
  [
    { do: 'delete rule', rule: { family: 'inet', priority: 42010, action: { do: 'unreachable' } } },
    'ip rule delete priority 42010 from all unreachable',
  ],
  [
    { do: 'write sysctl', path: 'net/ipv4/conf/eth0.5/forwarding', value: '1' },
    'sysctl -w net/ipv4/conf/eth0.5/forwarding=1',
  ],
]

describe('commandOf', () => {
  it.each(commands)('shows %j', (operation, line) => {
    expect(commandLine(commandOf(operation))).toBe(line)
  })

  const up: DriverOperation = { do: 'set link', name: 'lo', set: { up: true } }
  const forward: DriverOperation = { do: 'write sysctl', path: 'net/ipv4/ip_forward', value: '1' }

  it.each(['/run/netns/blue', '/var/run/netns/blue'])('enters the named namespace %s by its name', (path) => {
    expect(commandLine(commandOf(up, path))).toBe('ip -n blue link set dev lo up')
    expect(commandLine(commandOf(forward, path))).toBe('ip netns exec blue sysctl -w net/ipv4/ip_forward=1')
  })

  it.each(['/proc/1234/ns/net', '/run/netns/a/b', '/run/docker/netns/x'])('enters %s by its path', (path) => {
    expect(commandLine(commandOf(up, path))).toBe(`nsenter --net=${path} -- ip link set dev lo up`)
    expect(commandLine(commandOf(forward, path))).toBe(`nsenter --net=${path} -- sysctl -w net/ipv4/ip_forward=1`)
  })
})
