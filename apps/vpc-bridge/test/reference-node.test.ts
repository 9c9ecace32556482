import type { Netns, Operation } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { expect, test } from 'vitest'
import { readNetworkAlias } from '../src/network/network-record.ts'
import { attachmentOf, modes } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost } from './support/memory-host.ts'
import { perform } from './support/two-endpoints.ts'
import { type Attachment, add, checkEndpoint, del, removeLeftovers, usableNetwork } from './support/walks.ts'

/* A host on which the reference plugin was in use, as test/fixtures/reference-l3-veth.json recorded it. */

const bridgeMac = '0e:ee:6c:02:5e:c0'
const earlierId = 'a1b2c3d4e5f6'
const earlierVeth = 'vetha1b2c3d4'
const address = '192.168.1.43/24'
const direct = { destination: '192.168.1.43/32', onlink: false, scope: 'link', protocol: 'boot', metric: 0 } as const

/** @param kind of its dummy link */
async function drained(kind: 'dummy' | 'ifb' = 'dummy') {
  const machine = await createMemoryHost(createMemoryKernel({ missingDrivers: kind === 'ifb' ? ['dummy'] : [] }))
  const { kernel, host } = machine
  for (const path of ['/blue', '/red']) kernel.addNetns(path)
  const empty = kernel.state()
  const base = { mac: bridgeMac, mtu: 9001, up: true }
  await perform(host, { do: 'add link', link: { kind: 'bridge', name: 'vpcbr2', ...base } })
  await perform(host, { do: 'add link', link: { kind, name: 'vpcbr2dummy', master: 'vpcbr2', ...base } })
  const red = { ...attachmentOf('L3', '/red', '/away'), containerId: 'red-container', addresses: ['192.168.1.44/24'] }
  return { ...machine, empty, red }
}

/** With a container that it connected. */
async function inUse(kind?: 'dummy' | 'ifb') {
  const machine = await drained(kind)
  const { kernel, host } = machine
  const peer = { name: 'eth0', netns: '/blue', mtu: 9001 }
  const link = { kind: 'veth', name: earlierVeth, mtu: 9001, up: true, master: 'vpcbr2', peer } as const
  await perform(host, { do: 'add link', link })
  await perform(host, { do: 'add route', route: { ...direct, dev: 'vpcbr2' } })
  const blue = (await kernel.open('/blue'))._unsafeUnwrap()
  await perform(blue, { do: 'set link', name: 'eth0', set: { up: true } })
  await perform(blue, { do: 'add address', address: { dev: 'eth0', address } })
  await perform(blue, { do: 'set neighbour', neighbour: { dev: 'eth0', address: '192.168.1.1', mac: bridgeMac } })
  const earlier: Attachment = { ...attachmentOf('L3', '/blue', '/away'), containerId: earlierId, ifName: 'eth0' }
  return { ...machine, earlier }
}

async function drifts(host: Netns, attachment: Attachment): Promise<unknown> {
  const compared = (await checkEndpoint(host, attachment, () => true))._unsafeUnwrap()
  return compared === 'not connected' ? compared : compared.flatMap(({ drift }) => drift)
}

test.each(['dummy', 'ifb'] as const)(
  'a bridge of the reference plugin is taken over, with its %s link',
  async (kind) => {
    const { kernel, host, red, empty } = await drained(kind)
    const before = (await host.links())._unsafeUnwrap()
    expect((await usableNetwork(host, red)).isOk()).toBe(true)
    ;(await add(host, red, { clock }))._unsafeUnwrap()
    const links = (await host.links())._unsafeUnwrap()
    expect(links.filter((link) => before.some(({ index }) => index === link.index)).map(({ name }) => name)).toEqual(
      before.map(({ name }) => name),
    )
    expect(links.find(({ name }) => name === 'vpcbr2dummy')?.altNames).toEqual(['vpcbreth10dummy'])
    // Its containers go on sending to the address that they know.
    const bridge = links.find(({ name }) => name === 'vpcbr2')
    expect([bridge?.mac, readNetworkAlias(bridge?.alias)?.bridgeMac]).toEqual([bridgeMac, bridgeMac])
    expect(await drifts(host, red)).toEqual([])
    const container = (await kernel.open('/red'))._unsafeUnwrap()
    expect((await container.neighbours('blueveth'))._unsafeUnwrap()).toMatchObject([{ mac: bridgeMac }])
    ;(await del(host, red, { clock }))._unsafeUnwrap()
    expect(kernel.state()).toEqual(empty)
  },
)

test.each<readonly [string, Partial<Attachment>]>([
  ['with its addresses', {}],
  ['without them', { addresses: [] }],
])('an endpoint of the reference plugin is removed: told %s', async (_, told) => {
  for (const isTakenOver of [false, true]) {
    const { kernel, host, red, earlier, empty } = await inUse()
    const others = isTakenOver ? [red] : []
    for (const each of others) (await add(host, each, { clock }))._unsafeUnwrap()
    // Neither GC nor the DEL of another takes its way away.
    expect(await removeLeftovers(host, { ...red, containerId: '', ifName: '' }, { clock })).toEqual([])
    ;(await del(host, { ...red, containerId: 'nobody', netns: '/nowhere', addresses: [] }, { clock }))._unsafeUnwrap()
    const routes = async () => (await host.routes({ family: 'inet', dev: 'vpcbr2' }))._unsafeUnwrap()
    expect(await routes()).toContainEqual({ ...direct, dev: 'vpcbr2' })
    ;(await del(host, { ...earlier, ...told }, { clock }))._unsafeUnwrap()
    expect((await host.link(earlierVeth))._unsafeUnwrap()).toBeUndefined()
    for (const each of others) {
      expect(await drifts(host, each)).toEqual([])
      expect((await routes()).map(({ destination }) => destination)).toEqual(['192.168.1.44/32'])
      ;(await del(host, each, { clock }))._unsafeUnwrap()
    }
    expect(kernel.state()).toEqual(empty)
  }
})

test('a network that was taken over stays as long as the reference plugin has an endpoint on it', async () => {
  const { host, red, earlier } = await inUse()
  ;(await add(host, red, { clock }))._unsafeUnwrap()
  ;(await del(host, red, { clock }))._unsafeUnwrap()
  expect((await host.links({ master: 'vpcbr2' }))._unsafeUnwrap().map(({ name }) => name)).toEqual([
    'vpcbr2dummy',
    earlierVeth,
  ])
  ;(await del(host, { ...earlier, netns: '/nowhere' }, { clock }))._unsafeUnwrap()
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'eth10'])
})

test('the interface of another container whose ID begins the same is left', async () => {
  const { kernel, host, earlier } = await inUse()
  const before = kernel.state()
  const told = { ...earlier, addresses: ['192.168.1.50/24'] }
  const other = { ...told, containerId: `${earlierId.slice(0, 8)}-other`, netns: '/red' }
  ;(await del(host, other, { clock }))._unsafeUnwrap()
  ;(await del(host, { ...told, ifName: 'eth1' }, { clock }))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

const strangers: Readonly<Record<string, readonly Operation[]>> = {
  'a bridge without such a port': [{ do: 'add link', link: { kind: 'bridge', name: 'vpcbr2', up: true } }],
  'a bridge that has the ENI for a port': [
    { do: 'add link', link: { kind: 'bridge', name: 'vpcbr2', up: true } },
    { do: 'set link', name: 'eth10', set: { master: 'vpcbr2' } },
  ],
  'a bridge with a port of that name of another kind': [
    { do: 'add link', link: { kind: 'bridge', name: 'vpcbr2', up: true } },
    { do: 'add link', link: { kind: 'veth', name: 'vpcbr2dummy', master: 'vpcbr2', peer: { name: 'far' } } },
  ],
  'a link of another kind': [{ do: 'add link', link: { kind: 'dummy', name: 'vpcbr2' } }],
}

test.each(
  modes
    .filter((mode) => !mode.includes('another'))
    .flatMap((mode) => Object.keys(strangers).map((stranger) => [mode, stranger] as const)),
)('%s: %s is neither taken over nor deleted', async (mode, stranger) => {
  const { kernel, host } = await createMemoryHost()
  kernel.addNetns('/blue')
  const blue = { ...attachmentOf(mode, '/blue', '/away'), containerId: earlierId }
  for (const operation of strangers[stranger] ?? []) await perform(host, operation)
  await perform(host, {
    do: 'add link',
    link: {
      kind: 'veth',
      name: earlierVeth,
      peer: { name: 'farther' },
      ...(stranger.includes('bridge') ? { master: 'vpcbr2' } : {}),
    },
  })
  const before = kernel.state()
  const refused = { kind: 'foreign bridge', link: 'vpcbr2', network: 'vpc' }
  expect((await usableNetwork(host, blue))._unsafeUnwrapErr()).toEqual(refused)
  expect((await add(host, blue, { clock }))._unsafeUnwrapErr()).toEqual(refused)
  for (const netns of ['/blue', '/nowhere']) (await del(host, { ...blue, netns }, { clock }))._unsafeUnwrap()
  expect(await removeLeftovers(host, { ...blue, containerId: '', ifName: '' }, { clock })).toEqual([])
  expect(kernel.state()).toEqual(before)
})

test('a bridge of the reference plugin is not taken over in L2', async () => {
  const { host, red } = await drained()
  expect((await add(host, { ...red, bridgeType: 'L2' }, { clock }))._unsafeUnwrapErr()).toMatchObject({
    kind: 'other bridge type',
    found: 'L3',
  })
})
