import { type Ended, runInUml } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { buildExecutable } from './executable.ts'

/*
 * A network card that survives its namespace, as an ENI does: User-Mode Linux has one. The other end of a veth pair would die.
 */

const mac = '02:00:00:00:00:10'
const network = {
  cniVersion: '1.0.0',
  name: 'net',
  type: 'vpc-eni',
  eniMACAddress: mac,
  eniIPAddresses: ['10.2.0.5/24', 'fd00:2::5/64'],
  gatewayIPAddresses: ['10.2.0.1', 'fe80::1'],
  blockInstanceMetadata: true,
}

/** The links with their addresses, and the routes, without what differs from one moment to the next. */
const capture = 'ip -json address; ip -json route show table all; ip -6 -json route show table main'
const prepare = [
  'ip link set lo up',
  // Addresses can be used at once, and states compared.
  'for each in all default eth0; do echo 0 >/proc/sys/net/ipv6/conf/$each/accept_dad; done',
  // The kernel chooses it, unless it is told.
  'ip address add 192.168.1.42/24 broadcast + dev eth0',
  'ip link set eth0 mtu 1400 alias uplink up',
  'ip route add 10.0.0.0/8 via 192.168.1.1 metric 7',
  'ip netns add blue',
].join(' && ')

test('An ENI comes home from its container, also when that has died, and its name is taken.', {
  timeout: 700_000,
}, async () => {
  const program = await buildExecutable()
  const cni = (command: string, ifName: string) =>
    `echo '${JSON.stringify(network)}' | CNI_COMMAND=${command} CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/blue CNI_IFNAME=${ifName} CNI_PATH=/none ${program}`
  const died =
    'ip netns delete blue; for n in 1 2 3 4 5 6 7 8 9; do sleep 0.5; ip -o link | grep -q uplink\\|home && break; done; ip netns add blue'
  const ended = await runInUml(
    [
      prepare,
      capture,
      cni('ADD', 'eth0'),
      'ip -n blue -json address show dev eth0; ip -n blue -json route; ip -n blue -6 -json route show type blackhole',
      cni('DEL', 'eth0'),
      capture,
      // The kernel has to find another name for it: this one is the host's own card's.
      cni('ADD', 'eth5'),
      'ip link add eth5 type dummy',
      died,
      'ip -json link',
      cni('DEL', 'eth5'),
      'ip link delete eth5',
      capture,
      cni('ADD', 'eth5'),
      'ip link add eth0 type dummy',
      died,
      cni('DEL', 'eth5'),
      'ip -json -details address',
    ],
    { devices: [`eth0=mcast,${mac}`] },
  )
  const [prepared, before, added, inside, removed, after, addedAgain, , , orphaned, ...rest] = ended
  const [removedDead, , afterDeath, addedLast, , , removedTaken, taken] = rest
  const json = (end: Ended | undefined) =>
    end?.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  const failures = [prepared, added, removed, addedAgain, removedDead, addedLast, removedTaken].filter(
    (end) => end?.exitCode !== 0,
  )
  expect(failures).toEqual([])
  const [[link], routes, blackholes] = json(inside) ?? []
  expect(link).toMatchObject({ ifname: 'eth0', address: mac, mtu: 1400, operstate: expect.any(String) })
  const own = link.addr_info.map(({ local }: { local: string }) => local)
  expect(own).toEqual(expect.arrayContaining(['10.2.0.5', 'fd00:2::5']))
  expect(routes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ dst: 'default', gateway: '10.2.0.1' }),
      expect.objectContaining({ type: 'blackhole', dst: '169.254.169.254' }),
    ]),
  )
  expect(blackholes).toEqual([expect.objectContaining({ dst: 'fd00:ec2::254' })])
  expect(steady(json(after))).toEqual(steady(json(before)))

  // What the kernel made of it when its namespace died.
  expect(json(orphaned)?.[0].map(({ ifname }: { ifname: string }) => ifname)).not.toContain('eth0')
  expect(steady(json(afterDeath))).toEqual(steady(json(before)))

  const links: { ifname: string; address: string; mtu: number; ifalias?: string; addr_info: { local: string }[] }[] =
    json(taken)?.[0]
  const eni = links.find(({ address, ifname }) => address === mac && ifname !== 'eth0')
  expect(eni).toMatchObject({ mtu: 1400, ifalias: 'uplink' })
  expect(eni?.addr_info.map(({ local }) => local)).toContain('192.168.1.42')
  expect(links.map(({ ifname }) => ifname)).toHaveLength(3)
})

/** A state without indexes, without the order of lists, and without what the kernel counts. */
function steady(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state), (key, value) => {
    if (
      ['ifindex', 'operstate', 'qdisc', 'txqlen', 'valid_life_time', 'preferred_life_time', 'tentative'].includes(key)
    )
      return undefined
    return Array.isArray(value)
      ? value.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
      : value
  })
}
