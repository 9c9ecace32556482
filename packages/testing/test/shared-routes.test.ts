import { fields, key, text } from '@vpc-bridge/config'
import { failing, type Netns } from '@vpc-bridge/kernel'
import { hostPrefix } from '@vpc-bridge/kernel/ip'
import { bridge, veth } from '@vpc-bridge/link'
import { definePlugin, hostPath, own, shared } from '@vpc-bridge/plugin'
import { route } from '@vpc-bridge/route'
import { okAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { createTestHost, ipamType, type TestHost } from '../src/index.ts'
import { cable } from './cable.ts'

/** A plugin whose endpoints have routes by what they share: the routes do not go with the veth pairs. */
const hub = definePlugin({
  type: 'hub',
  config: fields({ address: key('address', text, 'address of the container') }),
  ipam: 'none',
  ips: ({ address }) => (address === undefined ? [] : [{ address }]),
  observe: () => okAsync(undefined),
  phases: (_, { hostLink, ifName, netns, mac, ips }) => [
    shared(bridge({ name: 'hub', mac: '02:00:00:00:00:66', mtu: 1500 })),
    own(
      veth({ ...hostLink, peer: { name: ifName, netns, mac } }),
      ...ips.map(({ address }) => route({ destination: hostPrefix(address), dev: 'hub' })),
    ),
  ],
})

const withAddress = (address: string, more: object = {}) => ({ keys: { address, ...more } })

async function routesOf({ host }: TestHost): Promise<readonly string[]> {
  return (await host.routes({ family: 'inet', dev: 'hub' }))._unsafeUnwrap().map(({ destination }) => destination)
}

async function linksOf({ host }: TestHost): Promise<readonly string[]> {
  return (await host.links())._unsafeUnwrap().map(({ name }) => name.replace(/^veth.*/, 'veth'))
}

/** A driver whose handle of the host is another one. */
function driverOf({ kernel }: TestHost, host: Netns) {
  return { open: (path: string) => (path === hostPath ? okAsync(host) : kernel.open(path)), close: () => {} }
}

async function twoEndpoints() {
  const host = await createTestHost(hub, { name: '', configuration: {} })
  await host.succeed('ADD', withAddress('10.0.0.5/24'))
  await host.succeed('ADD', { containerId: 'c2', ...withAddress('10.0.0.6/24') })
  return host
}

test('A DEL removes what the record tells, whatever the configuration says by now.', async () => {
  const host = await twoEndpoints()
  await host.succeed('DEL', withAddress('10.0.0.6/24'))
  expect(await routesOf(host)).toEqual(['10.0.0.6/32'])
})

test('A DEL leaves the route to an address that another endpoint has as well.', async () => {
  const host = await twoEndpoints()
  await host.succeed('ADD', { containerId: 'c3', ...withAddress('10.0.0.5/24') })
  await host.succeed('DEL')
  expect(await routesOf(host)).toEqual(['10.0.0.5/32', '10.0.0.6/32'])
})

test('A DEL without its link takes from the result only what is its own.', async () => {
  const host = await twoEndpoints()
  host.kernel.removeNetns('/c1')
  const interfaces = [
    { name: 'eth0', sandbox: '/c1' },
    { name: 'eth1', sandbox: '/c1' },
  ]
  const ips = [
    { address: '10.0.0.5/24', interface: 0 },
    { address: '10.0.0.6/24', interface: 1 },
  ]
  const prevResult = { cniVersion: '1.1.0', interfaces, ips }
  await host.succeed('DEL', { keys: { prevResult } })
  expect(await routesOf(host)).toEqual(['10.0.0.6/32'])
})

test("A host's link that somebody has renamed is found by its record.", async () => {
  const host = await createTestHost(cable(), { name: '', configuration: { ipam: { type: ipamType } } })
  await host.succeed('ADD')
  const link = (await host.host.links())._unsafeUnwrap().find(({ kind }) => kind === 'veth')
  host.kernel.renameLink(hostPath, link?.name ?? '', 'uplink')
  await host.succeed('DEL')
  expect(await linksOf(host)).toEqual(['lo'])
})

test('Addresses of an ADD whose rollback fails are not given back while they may be in use.', async () => {
  const host = await createTestHost(cable(), { name: '', configuration: { ipam: { type: ipamType } } })
  let isBroken = false
  const broken: Netns = {
    ...host.host,
    change: (operation) => {
      isBroken ||= operation.do === 'set link' && operation.set.alias?.includes('unfinished') === false
      return (isBroken ? failing(host.host, 1, 'EBUSY') : host.host).change(operation)
    },
  }
  expect(await host.fail('ADD', { kernel: driverOf(host, broken) })).toBe(103)
  expect([...host.ipam.reserved.keys()]).toEqual(['c1/eth0'])
  await host.succeed('DEL')
  expect([await linksOf(host), host.ipam.reserved.size]).toEqual([['lo'], 0])
})

test.each([{ dns: 7 }, { dns: { nameservers: 'x' } }, { mtu: 'x' }])('A DEL does not fail for %j.', async (wrong) => {
  const host = await createTestHost(cable(), { name: '', configuration: { ipam: { type: ipamType } } })
  await host.succeed('ADD')
  await host.succeed('DEL', { keys: wrong })
  expect(await linksOf(host)).toEqual(['lo'])
})

test('CHECK takes addresses in any writing, and those that a later plugin has added.', async () => {
  const host = await createTestHost(cable(), { name: '', configuration: { ipam: { type: ipamType } } })
  const { ips, ...result } = await host.succeed('ADD')
  const container = (await host.kernel.open('/c1'))._unsafeUnwrap()
  const address = 'fd00::a/64'
  ;(await container.change({ do: 'add address', address: { dev: 'eth0', address } }))._unsafeUnwrap()
  const later = { address: 'FD00::0A/64', interface: 0 }
  const prevResult = { ...result, ips: [...(Array.isArray(ips) ? ips : []), later] }
  await host.succeed('CHECK', { keys: { prevResult } })
  ;(await container.change({ do: 'delete address', address: { dev: 'eth0', address } }))._unsafeUnwrap()
  expect(await host.fail('CHECK', { keys: { prevResult } })).toBe(107)
})
