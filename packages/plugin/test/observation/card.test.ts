import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { expect, test } from 'vitest'
import { cardIsFree, observeCard, usersOfCard } from '../../src/index.ts'

const mac = '02:00:00:00:00:10'

test('Links whose records, of whatever plugin of the toolkit and version, name a network card use it, and no others.', async () => {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  const aliases = {
    bridge: `vpc-bridge v=1 network=a eni=eth1 mac=${mac} up=1 forwarding=0`,
    marker: `vpc-eni v=7 network=b container=c interface=eth0 eni=eth9 mac=${mac}`,
    other: 'vpc-eni v=1 network=b container=c interface=eth0 eni=eth1 mac=02:00:00:00:00:11',
    veth: `vpc-bridge v=1 network=a container=c interface=eth0 mac=${mac}`,
    person: `uplink eni=eth1 mac=${mac}`,
  }
  for (const [name, alias] of Object.entries(aliases)) {
    await host.change({ do: 'add link', link: { kind: 'dummy', name } })
    await host.change({ do: 'set link', name, set: { alias } })
  }
  const users = usersOfCard((await host.links())._unsafeUnwrap(), mac)
  expect(users).toEqual([
    { plugin: 'vpc-bridge', link: 'bridge' },
    { plugin: 'vpc-eni', link: 'marker' },
  ])
  const view = { present: undefined, recorded: undefined, users, inode: undefined }
  expect(cardIsFree()(view)?.msg).toContain('vpc-bridge')
  expect(cardIsFree('vpc-bridge')(view)?.msg).toContain('vpc-eni')
  expect(cardIsFree('vpc-bridge', 'vpc-eni')(view)).toBeUndefined()
})

test('A VLAN that kept the former MAC address of its card is not taken for the card of a record.', async () => {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  kernel.addPhysicalLink('/host', { name: 'eth1', mac })
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  await host.change({
    do: 'add link',
    link: { kind: 'vlan', name: 'vlan7', parent: 'eth1', netns: '/host', id: 7, mac },
  })
  const record = { network: 'net', containerId: 'c', ifName: 'eth0', addresses: [], entries: { eni: 'eth1', mac } }
  const scene = { record, hostLink: undefined, container: undefined }
  const observed = async () =>
    (await observeCard(host, { config: { card: { mac } } }, scene))._unsafeUnwrap().present?.name
  expect(await observed()).toBe('eth1')
  await host.change({ do: 'set link', name: 'eth1', set: { mac: '02:00:00:00:00:11' } })
  expect(await observed()).toBeUndefined()
})
