import type { Link } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { findCard, linkWithMac } from '../src/index.ts'
import { newHost } from './host.ts'

test('finds an ENI by name, or the one with the shortest name by MAC address', async () => {
  const { kernel, host } = await newHost()
  kernel.addPhysicalLink('/host', { name: 'eth10.100', mac: '02:00:00:00:00:10' })
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10' })
  kernel.addPhysicalLink('/host', { name: 'eth11', mac: '02:00:00:00:00:11' })
  const find = async (eni: Parameters<typeof findCard>[1]) => (await findCard(host, eni))._unsafeUnwrap()?.name
  expect(await find({ by: 'name', name: 'eth11' })).toBe('eth11')
  expect(await find({ by: 'mac', mac: '02:00:00:00:00:10' })).toBe('eth10')
  expect(await find({ by: 'name', name: 'eth12' })).toBeUndefined()
  expect(await find({ by: 'mac', mac: '02:00:00:00:00:12' })).toBeUndefined()
})

test('of links with one MAC address the card is picked, whatever is on top of it, or the one that is known by name', async () => {
  const { kernel, host } = await newHost()
  const mac = '02:00:00:00:00:10'
  kernel.addPhysicalLink('/host', { name: 'enp0s31f6', mac })
  kernel.addPhysicalLink('/host', { name: 'v5', mac, parent: 'enp0s31f6' })
  const links = (await host.links())._unsafeUnwrap()
  expect(linkWithMac(links, mac)?.name).toBe('enp0s31f6')
  expect(linkWithMac(links, mac, 'v5')?.name).toBe('v5')
})

test('of a bond and its parts, which have its MAC address, the bond is picked', () => {
  const mac = '02:00:00:00:00:10'
  const link = (index: number, name: string, more: Partial<Link> = {}): Link => ({
    index,
    name,
    altNames: [],
    mac,
    mtu: 9001,
    up: true,
    ...more,
  })
  const links = [
    link(2, 'eth1', { master: 4 }),
    link(3, 'eth2', { master: 4 }),
    link(4, 'bond0', { kind: 'bond' }),
    link(5, 'v5', { kind: 'vlan', parent: 4 }),
  ]
  expect(linkWithMac(links, mac)?.name).toBe('bond0')
  expect(linkWithMac(links.slice(0, 2), mac)?.name).toBe('eth1')
  // A card stays itself when it becomes a port of an Open vSwitch bridge, which takes its MAC address.
  const ports = [link(2, 'ens5', { master: 3 }), link(3, 'ovs-system', { mac: '02:00:00:00:00:03' }), link(4, 'br-ex')]
  expect(linkWithMac(ports, mac)?.name).toBe('ens5')
})
