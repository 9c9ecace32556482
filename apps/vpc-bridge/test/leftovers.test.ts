import { failing, type Netns } from '@vpc-bridge/kernel'
import { hostVethName } from '@vpc-bridge/plugin'
import { expect, test } from 'vitest'
import { clock } from './support/clock.ts'
import { byGateway, connect, endpoint, secondEniHost } from './support/second-eni-host.ts'
import { perform, remove } from './support/two-endpoints.ts'
import { type Attachment, add, del, removeLeftovers } from './support/walks.ts'

/*
 * A host whose way out is eth0, so that a network on eth10 has a routing table of its own: its rules must go with it, whatever became of
 * bridge, record, namespace or ENI.
 */

const bridge = 'vpcbr2'

async function collect(host: Netns, attachment: Attachment) {
  expect(await removeLeftovers(host, { ...attachment, addresses: [] }, { clock })).toEqual([])
}

/** What is there besides the cards, and the rules that every host has. */
async function leftOn(host: Netns): Promise<readonly string[]> {
  const rules = (await host.rules('inet'))
    ._unsafeUnwrap()
    .filter(({ priority }) => ![0, 32766, 32767].includes(priority))
  const links = (await host.links())._unsafeUnwrap().filter(({ kind }) => kind !== undefined)
  return [...rules.map(({ priority }) => `rule ${priority}`), ...links.map(({ name }) => name)]
}

test('A last DEL that knows no address, after the namespace, leaves no rule.', async () => {
  const { kernel, host } = await secondEniHost()
  await connect(host, endpoint('blue'))
  kernel.removeNetns('/run/netns/blue')
  await remove(host, endpoint('blue', { addresses: [] }))
  expect(await leftOn(host)).toEqual([])
})

test.each(['DEL', 'GC'])(
  'A last %s leaves no rule where somebody has cleared the record of the bridge.',
  async (command) => {
    const { host } = await secondEniHost()
    const blue = endpoint('blue')
    await connect(host, blue)
    await perform(host, { do: 'set link', name: bridge, set: { alias: '' } })
    if (command === 'GC') await perform(host, { do: 'delete link', name: hostVethName(blue) })
    await (command === 'GC' ? collect : remove)(host, blue)
    expect(await leftOn(host)).toEqual([])
  },
)

test('A last DEL leaves no rule where another card has the name of the ENI.', async () => {
  const { kernel, host } = await secondEniHost()
  const blue = endpoint('blue', { eni: { by: 'mac', mac: '02:00:00:00:00:10' } })
  await connect(host, blue)
  kernel.removePhysicalLink('/host', 'eth10')
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:99' })
  await remove(host, blue)
  expect(await leftOn(host)).toEqual([])
})

test('A last DEL leaves no rule of a bridge that was deleted and made again.', async () => {
  const { kernel, host } = await secondEniHost()
  await connect(host, endpoint('blue'))
  await perform(host, { do: 'delete link', name: bridge })
  kernel.removeNetns('/run/netns/blue')
  await connect(host, endpoint('red'))
  await remove(host, endpoint('blue', { addresses: [] }))
  await remove(host, endpoint('red'))
  expect(await leftOn(host)).toEqual([])
})

test('After a DEL that failed at any change, one that knows no address removes the rest.', async () => {
  for (let nth = 1; ; nth += 1) {
    const { host } = await secondEniHost()
    await connect(host, endpoint('blue'))
    const failed = await del(failing(host, nth, 'EBUSY'), endpoint('blue', { addresses: [] }), { clock })
    if (failed.isOk()) return expect(nth).toBeGreaterThan(10)
    await remove(host, endpoint('blue', { addresses: [] }))
    expect(await leftOn(host), `failed at change ${nth}`).toEqual([])
  }
})

test('The rules of an endpoint whose record has no room for its addresses stay as long as it does.', async () => {
  const { host } = await secondEniHost()
  const blue = endpoint('blue')
  await connect(host, blue)
  await perform(host, { do: 'delete link', name: bridge })
  const { alias = '' } = (await host.link(hostVethName(blue)))._unsafeUnwrap() ?? {}
  await perform(host, { do: 'set link', name: hostVethName(blue), set: { alias: alias.replace(/ addresses=\S+/, '') } })
  const before = await leftOn(host)
  await remove(host, endpoint('red', { network: 'another', addresses: [] }))
  expect(await leftOn(host)).toEqual(before)
})

test("An ADD works where the bridge's namespace has a way out of its own.", async () => {
  const { kernel, host } = await secondEniHost()
  kernel.addNetns('/site')
  kernel.addPhysicalLink('/site', { name: 'up0', mac: '02:00:00:00:00:05' })
  const site = (await host.open('/site'))._unsafeUnwrap()
  await perform(
    site,
    { do: 'set link', name: 'up0', set: { up: true } },
    { do: 'add address', address: { dev: 'up0', address: '10.5.0.2/24' } },
    byGateway('0.0.0.0/0', '10.5.0.1', 'up0'),
  )
  await connect(host, endpoint('blue', { bridgeNetns: '/site' }))
  await remove(host, endpoint('blue', { bridgeNetns: '/site' }))
  expect([...(await leftOn(host)), ...(await leftOn(site))]).toEqual([])
})

test('A DEL leaves the interface of another plugin that has the same container and name.', async () => {
  const { host } = await secondEniHost()
  const blue = endpoint('blue')
  const name = hostVethName(blue)
  await perform(
    host,
    { do: 'add link', link: { kind: 'veth', name, up: true, peer: { name: blue.ifName, netns: blue.netns ?? '' } } },
    { do: 'set link', name, set: { alias: `ptp v=1 network=other container=blue interface=${blue.ifName}` } },
  )
  expect((await add(host, blue, { clock })).isErr()).toBe(true)
  await remove(host, blue)
  expect(await leftOn(host)).toEqual([name])
})
