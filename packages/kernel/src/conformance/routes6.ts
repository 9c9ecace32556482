import assert from 'node:assert/strict'
import type { Netns } from '../netns.ts'
import type { Route } from '../state.ts'
import { addIfb, type ConformanceCase, type ConformanceWorld, openNew, perform, refused, value } from './case.ts'

const dev = 'x'
const address = { dev, address: 'fd00::1/64' }
const onLink: Route = {
  destination: 'fd01::7/128',
  dev,
  onlink: false,
  scope: 'global',
  protocol: 'boot',
  metric: 1024,
}
const byGateway: Route = { ...onLink, destination: 'fd02::/32', gateway: 'fd00::9' }
const byFarGateway: Route = { ...onLink, destination: 'fd03::/32', gateway: 'fd99::9', onlink: true }
const byLinkLocal: Route = { ...onLink, destination: '::/0', gateway: 'fe80::1' }

/** A namespace with a link that is up and has an address. */
async function openReady(world: ConformanceWorld): Promise<Netns> {
  const netns = await openNew(world)
  await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address })
  return netns
}

async function ours(netns: Netns): Promise<readonly Route[]> {
  return (await value(netns.routes({ family: 'inet6' }))).filter(({ protocol }) => protocol !== 'kernel')
}

/** IPv6 routes. */
export const route6Cases: readonly ConformanceCase[] = [
  {
    name: 'IPv6 routes are read as they were added, and found by destination and link',
    run: async (world) => {
      const netns = await openReady(world)
      const routes = [onLink, byGateway, byFarGateway, byLinkLocal]
      for (const route of routes) await perform(netns, { do: 'add route', route })
      for (const route of routes) {
        const { destination } = route
        assert.deepEqual(await value(netns.routes({ family: 'inet6', destination })), [route])
        assert.deepEqual(await value(netns.routes({ family: 'inet6', destination, dev })), [route])
        assert.deepEqual(await value(netns.routes({ family: 'inet', destination: '0.0.0.0/0' })), [])
      }
      for (const route of routes) await perform(netns, { do: 'delete route', route })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'all IPv6 routes to one address are found, of any priority, by any link; by one link those by it',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }))
      const all = [{ ...onLink, metric: 7 }, { ...onLink, dev: 'y', metric: 9 }, onLink]
      for (const route of all) await perform(netns, { do: 'add route', route })
      const { destination } = onLink
      const [first, second, third] = all
      assert.deepEqual(await value(netns.routes({ family: 'inet6', destination })), all)
      assert.deepEqual(await value(netns.routes({ family: 'inet6', destination, dev })), [first, third])
      assert.deepEqual(await value(netns.routes({ family: 'inet6', destination, dev: 'y' })), [second])
    },
  },
  {
    name: 'an IPv6 gateway must be on the link, or be said to be; a link-local one is',
    run: async (world) => {
      const netns = await openReady(world)
      await refused(netns, { do: 'add route', route: { ...byFarGateway, onlink: false } }, 'EHOSTUNREACH')
      await perform(netns, { do: 'add route', route: byLinkLocal })
    },
  },
  {
    name: 'an IPv6 route is there once, needs a link that is up, and is not deleted twice',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('down'), { do: 'add route', route: byGateway })
      await refused(netns, { do: 'add route', route: byGateway }, 'EEXIST')
      await refused(netns, { do: 'add route', route: { ...onLink, dev: 'down' } }, 'ENETDOWN')
      await refused(netns, { do: 'add route', route: { ...onLink, dev: 'nope' } }, 'ENODEV')
      await refused(netns, { do: 'delete route', route: { ...byGateway, metric: 5 } }, 'ESRCH')
      await perform(netns, { do: 'delete route', route: byGateway })
      await refused(netns, { do: 'delete route', route: byGateway }, 'ESRCH')
    },
  },
  {
    name: 'an IPv6 route loses a source address that goes, and stays',
    run: async (world) => {
      const netns = await openReady(world)
      const route = { ...onLink, source: 'fd00::1' }
      await refused(netns, { do: 'add route', route: { ...onLink, source: 'fd00::2' } }, 'EINVAL')
      await perform(netns, { do: 'add route', route })
      assert.deepEqual(await ours(netns), [route])
      await perform(netns, { do: 'delete address', address })
      assert.deepEqual(await ours(netns), [onLink])
    },
  },
  {
    name: 'IPv6 routes and addresses go when their link goes down, and do not come back',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(
        netns,
        { do: 'add route', route: byGateway },
        { do: 'set link', name: dev, set: { up: false } },
        { do: 'set link', name: dev, set: { up: true } },
      )
      assert.deepEqual(await ours(netns), [])
      const left = (await value(netns.addresses(dev))).filter((each) => !each.address.startsWith('fe80:'))
      assert.deepEqual(left, [])
    },
  },
  {
    name: 'IPv6 routes are written as RFC 5952 says, without the bits behind their length',
    run: async (world) => {
      const netns = await openReady(world)
      const route = { ...byGateway, destination: 'FD02:0:0:0::1/32', gateway: 'fd00:0:0::0009' }
      await perform(netns, { do: 'add route', route })
      assert.deepEqual(await ours(netns), [byGateway])
    },
  },
  {
    name: 'an IPv6 route that is set takes the place of the one to the same destination, by whatever link',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }), {
        do: 'add address',
        address: { dev: 'y', address: 'fd10::1/64' },
      })
      await perform(netns, { do: 'set route', route: byGateway })
      const other = { ...byGateway, dev: 'y', gateway: 'fd10::9' }
      await perform(netns, { do: 'set route', route: other })
      assert.deepEqual(await ours(netns), [other])
    },
  },
  {
    name: 'IPv6 routes of other tables are there beside those of the main one, and are listed when asked for',
    run: async (world) => {
      const netns = await openReady(world)
      const others = [
        { ...byGateway, table: 100 },
        { ...byLinkLocal, table: 10001 },
      ]
      for (const route of others) await perform(netns, { do: 'add route', route })
      assert.deepEqual(await ours(netns), [])
      await perform(netns, { do: 'add route', route: { ...byGateway, table: 254 } })
      const found = async () =>
        (await value(netns.routes({ family: 'inet6', tables: 'all' })))
          .filter(({ protocol }) => protocol !== 'kernel')
          .toSorted((one, other) => (one.table ?? 0) - (other.table ?? 0))
      assert.deepEqual(await found(), [byGateway, ...others])
      await perform(netns, { do: 'set route', route: { ...byGateway, gateway: 'fd00::8', table: 100 } })
      await refused(netns, { do: 'delete route', route: { ...byGateway, table: 101 } }, 'ESRCH')
      await perform(netns, { do: 'delete route', route: { ...byGateway, gateway: 'fd00::8', table: 100 } })
      assert.deepEqual(await found(), [byGateway, ...others.slice(1)])
      await perform(netns, { do: 'delete route', route: byGateway })
      assert.deepEqual(await found(), others.slice(1))
    },
  },
  {
    name: 'an IPv6 route keeps its metrics, preference, expiry and sources',
    run: async (world) => {
      const netns = await openReady(world)
      const routes: readonly Route[] = [
        { ...byLinkLocal, metrics: { mtu: 1400, lock: 4, advmss: 1340, hoplimit: 12 }, preference: 'high' },
        { ...onLink, preference: 'low', expiresSeconds: 600 },
        { ...byGateway, from: 'fd00::/64' },
        byGateway,
      ]
      for (const route of routes) await perform(netns, { do: 'add route', route })
      const minutes = ({ expiresSeconds, ...route }: Route): Route =>
        expiresSeconds === undefined ? route : { ...route, expiresSeconds: Math.ceil(expiresSeconds / 60) * 60 }
      const sorted = (all: readonly Route[]) =>
        all.map(minutes).toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))
      const found = await ours(netns)
      assert.equal(found.length, routes.length)
      for (const route of routes) {
        const same = found.filter(({ destination, from }) => destination === route.destination && from === route.from)
        assert.deepEqual(sorted(same), sorted([route]))
      }
      for (const route of routes) await perform(netns, { do: 'delete route', route })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'an IPv6 route may have several next hops, and loses those by a link that is deleted',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }))
      const route: Route = {
        ...byGateway,
        weight: 3,
        furtherHops: [
          { gateway: 'fd00::8', dev, onlink: false },
          { gateway: 'fe80::9', dev: 'y', onlink: false, weight: 2 },
        ],
        metrics: { mtu: 1400 },
      }
      await perform(netns, { do: 'add route', route })
      assert.deepEqual(await ours(netns), [route])
      assert.deepEqual(await value(netns.routes({ family: 'inet6', destination: byGateway.destination, dev: 'y' })), [
        route,
      ])
      const other: Route = { ...route, ...route.furtherHops?.[0], furtherHops: route.furtherHops?.slice(1) ?? [] }
      await perform(netns, { do: 'set route', route: other })
      assert.equal((await ours(netns))[0]?.furtherHops?.length, 1)
      await perform(netns, { do: 'delete link', name: 'y' })
      assert.deepEqual(
        (await ours(netns)).map(({ gateway, furtherHops }) => ({ gateway, furtherHops })),
        [{ gateway: 'fd00::8', furtherHops: undefined }],
      )
    },
  },
]
