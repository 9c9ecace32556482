import { inside, output, ping, type World, writeSysctl } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { config, program, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const dualStack = { ...config, ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64'] }
const onOtherEni = {
  ...config,
  name: 'other',
  eniName: 'eth0',
  ipAddresses: ['192.168.0.43/24'],
  gatewayIPAddress: '192.168.0.1',
}

interface SecondEniWorld extends World {
  /** A container of the network on `eth10`, and one of a network on `eth0`. */
  readonly blue: string
  readonly red: string
  /** A machine behind a bridge of others on the host: 172.17.0.2, fd00:17::2. */
  readonly local: string
}

/**
 * A world whose host has another ENI, `eth0`, by which its default routes leave (192.168.0.42, fd00::42). The VPC drops what does
 * not have one of an ENI's own addresses as its source. The host looks strictly after the way back (rp_filter).
 */
async function useSecondEni(): Promise<SecondEniWorld> {
  const world = await useWorld()
  const { host, router, beyond } = world
  const red = await world.addContainer('red')
  const local = await world.addContainer('local')
  const lines = {
    [host]: [
      `link add name eth0 mtu 9001 address 02:00:00:00:00:20 type veth peer name vpc0 mtu 9001 netns ${router.split('/').at(-1)}`,
      `link add name docker0 type bridge`,
      `link add name local type veth peer name eth0 netns ${local.split('/').at(-1)}`,
      'link set local master docker0 up',
      'address add 172.17.0.1/24 dev docker0',
      'address add fd00:17::1/64 dev docker0 nodad',
      'address add 192.168.0.42/24 dev eth0',
      'address add fd00::42/64 dev eth0 nodad',
      'address add fd00:1::42/64 dev eth10 nodad',
      'link set docker0 up',
      'link set eth0 up',
      'route replace default via 192.168.0.1',
      'route add 192.168.0.1/32 dev eth0',
      'route add ::/0 via fd00::1 dev eth0',
      'route add ::/0 via fd00:1::1 dev eth10 metric 2048',
      'route add default via 192.168.1.1 dev eth10 table 10010',
      'rule add from 192.168.1.42 lookup 10010',
    ],
    [router]: [
      'address add 192.168.0.1/24 dev vpc0',
      'address add fd00::1/64 dev vpc0 nodad',
      'link set vpc0 up',
      'address add fd00:1::1/64 dev vpc nodad',
      'address add fd00:2::1/64 dev far nodad',
      'neighbour replace fd00:1::43 lladdr 02:00:00:00:00:10 dev vpc nud permanent',
      'neighbour replace 192.168.0.43 lladdr 02:00:00:00:00:20 dev vpc0 nud permanent',
    ],
    [beyond]: ['address add fd00:2::2/64 dev eth0 nodad', 'route add ::/0 via fd00:2::1'],
    [local]: [
      'link set eth0 up',
      'address add 172.17.0.2/24 dev eth0',
      'address add fd00:17::2/64 dev eth0 nodad',
      'route add default via 172.17.0.1',
      'route add ::/0 via fd00:17::1',
    ],
  }
  for (const each of ['all', 'default', 'eth10']) await writeSysctl(host, `net/ipv4/conf/${each}/rp_filter`, '1')
  for (const [netns, batch] of Object.entries(lines)) {
    await output(inside(netns, ['ip', '-batch', '-']), { input: batch.join('\n') })
  }
  await writeSysctl(host, 'net/ipv4/conf/docker0/forwarding', '1')
  await writeSysctl(router, 'net/ipv6/conf/all/forwarding', '1')
  await output(inside(router, ['nft', '-f', '-']), {
    input: `table inet vpc {
    chain sources {
      type filter hook prerouting priority -300;
      iifname vpc ip saddr != { 192.168.1.42, 192.168.1.43 } drop
      iifname vpc0 ip saddr != { 192.168.0.42, 192.168.0.43 } drop
      iifname vpc ip6 saddr != { fd00:1::42, fd00:1::43, fe80::/10 } drop
      iifname vpc0 ip6 saddr != { fd00::42, fe80::/10 } drop
    }
    }`,
  })
  return { ...world, red, local }
}

/** Whether each of the addresses answers. */
async function reached(from: string, addresses: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(addresses.map((address) => ping(from, address)))
  return addresses.filter((_, n) => answers[n])
}

test('packets leave by the ENI of the network and find what is on the host, in both IP versions', async () => {
  const world = await useSecondEni()
  const { host, router, beyond, blue, red, local } = world
  const before = await routingOf(host)
  await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: onOtherEni })
  await succeed(program, host, { command: 'ADD', netns: blue, config: dualStack })
  const outside = ['192.168.1.1', '192.168.0.1', '10.1.0.2', 'fd00:1::1', 'fd00::1', 'fd00:2::2']
  const onHost = ['192.168.1.42', '192.168.0.42', 'fd00:1::42', 'fd00::42', '172.17.0.2', 'fd00:17::2', '192.168.0.43']
  expect(await reached(blue, [...outside, ...onHost])).toEqual([...outside, ...onHost])
  const ofBlue = ['192.168.1.43', 'fd00:1::43']
  for (const from of [beyond, router, host, local]) expect(await reached(from, ofBlue)).toEqual(ofBlue)
  expect(await reached(red, ['192.168.1.43', '10.1.0.2'])).toEqual(['192.168.1.43', '10.1.0.2'])
  expect(await reached(host, ['10.1.0.2', 'fd00:2::2'])).toEqual(['10.1.0.2', 'fd00:2::2'])
  await succeed(program, host, { command: 'DEL', netns: blue, config: dualStack })
  await succeed(program, host, { command: 'DEL', netns: red, containerId: 'red', config: onOtherEni })
  expect(await routingOf(host)).toEqual(before)
})

/** Rules, routes and interfaces, as `ip` writes them. */
async function routingOf(host: string): Promise<readonly string[]> {
  const questions = [
    '-4 rule',
    '-6 rule',
    '-4 route show table all',
    '-6 route show table all type unicast',
    '-brief link',
  ]
  return Promise.all(questions.map((each) => output(inside(host, ['ip', ...each.split(' ')]))))
}
