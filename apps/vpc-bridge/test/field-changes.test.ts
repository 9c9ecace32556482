import { hostVethName } from '@vpc-bridge/plugin'
import { ipv4ForwardingPath } from '@vpc-bridge/route'
import { expect, test } from 'vitest'
import { clock } from './support/clock.ts'
import { drifts, inetModes, onHost, perform, remove, twoEndpoints } from './support/two-endpoints.ts'
import { add, del, removeEndpoint, removeLeftovers } from './support/walks.ts'

/* What changes on a host, as public reports tell: see docs/field.md. */

test.each(inetModes)('%s: a DEL whose path leads to another container by now leaves that one alone', async (mode) => {
  const { host, site, before, blue, red } = await twoEndpoints(mode)
  await remove(host, { ...blue, netns: '/red' })
  expect(await drifts(host, red)).toEqual([])
  expect((await site.link(hostVethName(blue)))._unsafeUnwrap()).toBeUndefined()
  await remove(host, red)
  expect(await onHost(host)).toEqual(before)
})

test.each(['L3', 'L2'])(
  '%s: an interface that the container has renamed is removed with its endpoint',
  async (mode) => {
    const { kernel, host, before, blue, red } = await twoEndpoints(mode)
    kernel.renameLink('/blue', 'eth0', 'lan')
    await remove(host, blue)
    const container = (await kernel.open('/blue'))._unsafeUnwrap()
    expect((await container.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo'])
    await remove(host, red)
    expect(await onHost(host)).toEqual(before)
  },
)

test.each(inetModes.flatMap((mode) => ['DEL', 'GC'].map((command) => [mode, command] as const)))(
  '%s: an endpoint whose interface on the host was renamed is told by CHECK, and removed by %s',
  async (mode, command) => {
    const { kernel, host, before, eniAt, blue, red } = await twoEndpoints(mode)
    kernel.renameLink(eniAt, hostVethName(blue), 'ens9')
    expect(await drifts(host, blue)).not.toEqual([])
    const network = { ...blue, containerId: '', ifName: '' }
    if (command === 'DEL') await remove(host, blue)
    else expect(await removeEndpoint(host, network, blue, { clock })).toBeUndefined()
    expect(await drifts(host, red)).toEqual([])
    await remove(host, red)
    expect(await removeLeftovers(host, network, { clock })).toEqual([])
    expect(await onHost(host)).toEqual(before)
  },
)

test.each(['L3', 'L2'])('%s: an ENI comes home once no other interface has its name there', async (mode) => {
  const { kernel, host, before, blue, red } = await twoEndpoints(`${mode} in another namespace`)
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:99' })
  await remove(host, blue)
  const refused = (await del(host, red, { clock }))._unsafeUnwrapErr()
  expect(refused).toMatchObject({
    kind: 'not removed',
    failed: [{ cause: { operation: 'move link', errno: 'EEXIST' } }],
  })
  kernel.removePhysicalLink('/host', 'eth10')
  await remove(host, red)
  expect(await onHost(host)).toEqual(before)
})

test.each(inetModes)(
  '%s: an endpoint that somebody took off the bridge keeps the network, and is removed',
  async (mode) => {
    const { host, site, before, blue, red } = await twoEndpoints(mode)
    await perform(site, { do: 'set link', name: hostVethName(blue), set: { master: null } })
    expect(await drifts(host, blue)).toEqual([expect.stringContaining('is not a port of vpcbr2')])
    await remove(host, red)
    expect((await site.link('vpcbr2'))._unsafeUnwrap()).toBeDefined()
    await remove(host, blue)
    expect(await onHost(host)).toEqual(before)
  },
)

test('an endpoint that somebody took off the bridge is removed with its network, whatever the configuration says by now', async () => {
  const { host, site, before, blue } = await twoEndpoints('L3', { connected: 1 })
  await perform(site, { do: 'set link', name: hostVethName(blue), set: { master: null } })
  await remove(host, { ...blue, eni: { by: 'name', name: 'eth11' } })
  expect(await onHost(host)).toEqual(before)
})

test('settings that were reset are told by CHECK, and set again by the next ADD', async () => {
  const { host, blue, red, green } = await twoEndpoints()
  const reset = ['vpcbr2', 'eth10'].map(
    (dev) => ({ do: 'write sysctl', path: ipv4ForwardingPath(dev), value: '0' }) as const,
  )
  await perform(host, ...reset)
  expect(await drifts(host, blue)).toEqual([
    'net.ipv4.conf.vpcbr2.forwarding is 0, not 1',
    'net.ipv4.conf.eth10.forwarding is 0, not 1',
  ])
  ;(await add(host, green, { clock }))._unsafeUnwrap()
  for (const each of [blue, red, green]) expect(await drifts(host, each)).toEqual([])
})

test('a route that somebody has deleted is told by CHECK, and its endpoint removed', async () => {
  const { host, before, blue, red } = await twoEndpoints()
  for (const route of (await host.routes({ family: 'inet', dev: 'vpcbr2' }))._unsafeUnwrap()) {
    await perform(host, { do: 'delete route', route })
  }
  for (const { addresses, ...each } of [blue, red]) {
    const missing = `the route to ${addresses[0]?.replace('/24', '/32')} by vpcbr2 is missing`
    expect(await drifts(host, { ...each, addresses })).toEqual([missing])
  }
  await remove(host, blue, red)
  expect(await onHost(host)).toEqual(before)
})

test('the bridge takes over what a DHCP client gives to the ENI once more', async () => {
  const { host, before, blue, red, green } = await twoEndpoints('L2')
  await perform(host, { do: 'add address', address: { dev: 'eth10', address: '192.168.1.42/24' } })
  expect(await drifts(host, blue)).toEqual(['there is address 192.168.1.42/24 on eth10'])
  ;(await add(host, green, { clock }))._unsafeUnwrap()
  for (const each of [blue, red, green]) expect(await drifts(host, each)).toEqual([])
  await remove(host, blue, red, green)
  expect(await onHost(host)).toEqual(before)
})
