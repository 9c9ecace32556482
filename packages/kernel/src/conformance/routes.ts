import assert from 'node:assert/strict'
import type { Netns } from '../netns.ts'
import type { Route } from '../state.ts'
import {
  addIfb,
  type ConformanceCase,
  type ConformanceWorld,
  errnoOf,
  openNew,
  perform,
  refused,
  value,
} from './case.ts'

const dev = 'x'
const onLink: Route = { destination: '192.0.2.7/32', dev, onlink: false, scope: 'link', protocol: 'boot', metric: 0 }
const byGateway: Route = {
  destination: '198.51.100.0/24',
  gateway: '10.0.0.9',
  dev,
  onlink: false,
  scope: 'global',
  protocol: 'boot',
  metric: 0,
}
const byFarGateway: Route = { ...byGateway, destination: '0.0.0.0/0', gateway: '203.0.113.1', onlink: true }

/** A namespace with a link that is up and has an address. */
async function openReady(world: ConformanceWorld): Promise<Netns> {
  const netns = await openNew(world)
  await perform(netns, addIfb(dev, { up: true }), { do: 'add address', address: { dev, address: '10.0.0.1/24' } })
  return netns
}

async function ours(netns: Netns): Promise<readonly Route[]> {
  return (await value(netns.routes({ family: 'inet' }))).filter(({ protocol }) => protocol !== 'kernel')
}

async function oursOfAll(netns: Netns): Promise<readonly Route[]> {
  const routes = await value(netns.routes({ family: 'inet', tables: 'all' }))
  return byTable(routes.filter(({ protocol }) => protocol !== 'kernel'))
}

/** The kernel lists tables in an order of its own. */
function byTable(routes: readonly Route[]): readonly Route[] {
  const key = ({ table = 0, destination }: Route) => `${String(table).padStart(9, '0')} ${destination}`
  return routes.toSorted((one, other) => key(one).localeCompare(key(other)))
}

/** IPv4 routes. */
export const routeCases: readonly ConformanceCase[] = [
  {
    name: 'routes are read as they were added: on the link, by a gateway, by one that no prefix covers',
    run: async (world) => {
      const netns = await openReady(world)
      for (const route of [onLink, byGateway, byFarGateway]) await perform(netns, { do: 'add route', route })
      const found = await ours(netns)
      for (const route of [onLink, byGateway, byFarGateway]) {
        assert.deepEqual(
          found.find(({ destination }) => destination === route.destination),
          route,
        )
      }
      assert.equal(found.length, 3)
    },
  },
  {
    name: 'routes are found by destination and by link',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }))
      for (const route of [onLink, byGateway, byFarGateway]) await perform(netns, { do: 'add route', route })
      for (const route of [onLink, byGateway, byFarGateway]) {
        const { destination } = route
        assert.deepEqual(await value(netns.routes({ family: 'inet', destination })), [route])
        assert.deepEqual(await value(netns.routes({ family: 'inet', destination, dev })), [route])
        assert.deepEqual(await value(netns.routes({ family: 'inet', destination, dev: 'y' })), [])
      }
      // Covered by routes that are there, and yet none itself.
      for (const destination of ['198.51.100.7/32', '198.51.0.0/16', '192.0.2.8/32', '10.0.0.0/25', '10.0.0.1/32']) {
        assert.deepEqual(await value(netns.routes({ family: 'inet', destination })), [], destination)
      }
      assert.equal(await errnoOf(netns.routes({ family: 'inet', dev: 'nope' })), 'ENODEV')
    },
  },
  {
    name: 'one destination may have routes of several priorities, but one of each',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(
        netns,
        { do: 'add route', route: byGateway },
        { do: 'add route', route: { ...byGateway, metric: 50 } },
      )
      await refused(netns, { do: 'add route', route: byGateway }, 'EEXIST')
      const other = { ...byGateway, gateway: '10.0.0.10' }
      await refused(netns, { do: 'add route', route: other }, 'EEXIST')
      await perform(netns, { do: 'delete route', route: { ...byGateway, metric: 50 } })
      assert.deepEqual(await ours(netns), [byGateway])
    },
  },
  {
    name: 'all routes to one address are found, of any priority, by any link; by one link those by it',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }))
      const all = [onLink, { ...onLink, metric: 7 }, { ...onLink, dev: 'y', metric: 9 }]
      for (const route of all) await perform(netns, { do: 'add route', route })
      const { destination } = onLink
      assert.deepEqual(await value(netns.routes({ family: 'inet', destination })), all)
      assert.deepEqual(await value(netns.routes({ family: 'inet', destination, dev })), all.slice(0, 2))
      assert.deepEqual(await value(netns.routes({ family: 'inet', destination, dev: 'y' })), all.slice(2))
      // The address is one of our own, too.
      await perform(netns, { do: 'add address', address: { dev: 'y', address: destination } })
      assert.deepEqual(await value(netns.routes({ family: 'inet', destination })), all)
    },
  },
  {
    name: 'a gateway must be on the link, or be said to be',
    run: async (world) => {
      const netns = await openReady(world)
      await refused(netns, { do: 'add route', route: { ...byFarGateway, onlink: false } }, 'ENETUNREACH')
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'a route needs a link that is there and up',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('down'))
      await refused(netns, { do: 'add route', route: { ...onLink, dev: 'nope' } }, 'ENODEV')
      await refused(netns, { do: 'add route', route: { ...onLink, dev: 'down' } }, 'ENETDOWN')
    },
  },
  {
    name: 'a route that is not there cannot be deleted: ESRCH',
    run: async (world) => {
      const netns = await openReady(world)
      await refused(netns, { do: 'delete route', route: onLink }, 'ESRCH')
      await perform(netns, { do: 'add route', route: onLink }, { do: 'delete route', route: onLink })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'routes go when their link goes down',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, { do: 'add route', route: byGateway }, { do: 'set link', name: dev, set: { up: false } })
      await perform(netns, { do: 'set link', name: dev, set: { up: true } })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'a destination is a prefix, and gateway and source are addresses: EINVAL',
    run: async (world) => {
      const netns = await openReady(world)
      for (const destination of ['default', '198.51.100.7', '198.51/16', 'any', '']) {
        for (const change of ['add route', 'set route', 'delete route'] as const) {
          await refused(netns, { do: change, route: { ...byGateway, destination } }, 'EINVAL')
        }
      }
      await refused(netns, { do: 'add route', route: { ...byGateway, gateway: '10.9' } }, 'EINVAL')
      await refused(netns, { do: 'add route', route: { ...byGateway, source: '10.1' } }, 'EINVAL')
    },
  },
  {
    name: 'a destination has no bits behind its length',
    run: async (world) => {
      const netns = await openReady(world)
      await refused(netns, { do: 'add route', route: { ...byGateway, destination: '198.51.100.1/24' } }, 'EINVAL')
    },
  },
  {
    name: 'a gateway that is said to be on the link is no address of ours, and there is one',
    run: async (world) => {
      const netns = await openReady(world)
      const own = { ...byFarGateway, gateway: '10.0.0.1' }
      // `ip` prints the words for both and not the number, which is EINVAL.
      await refused(netns, { do: 'add route', route: own }, ['EINVAL', 'ENETUNREACH'])
      await refused(netns, { do: 'add route', route: { ...onLink, onlink: true } }, 'EINVAL')
    },
  },
  {
    name: 'a gateway is on the link as soon as a route to it is',
    run: async (world) => {
      const netns = await openReady(world)
      const route = { ...byFarGateway, onlink: false }
      const toGateway = { ...onLink, destination: '203.0.113.1/32' }
      await refused(netns, { do: 'add route', route }, 'ENETUNREACH')
      await perform(netns, { do: 'add route', route: toGateway }, { do: 'add route', route })
      await perform(netns, { do: 'delete route', route: toGateway })
      assert.deepEqual(await ours(netns), [route])
    },
  },
  {
    name: 'a route with a source address goes with that address',
    run: async (world) => {
      const netns = await openReady(world)
      const second = { dev, address: '10.9.0.1/32' }
      const route = { ...onLink, source: '10.9.0.1' }
      await refused(netns, { do: 'add route', route }, 'EINVAL')
      await perform(netns, { do: 'add address', address: second }, { do: 'add route', route })
      assert.deepEqual(await ours(netns), [route])
      await perform(netns, { do: 'delete address', address: second })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'with its last address a link loses its routes, not with another one',
    run: async (world) => {
      const netns = await openReady(world)
      const second = { dev, address: '10.9.0.1/24' }
      await perform(netns, { do: 'add address', address: second })
      for (const route of [onLink, byGateway, byFarGateway]) await perform(netns, { do: 'add route', route })
      await perform(netns, { do: 'delete address', address: { dev, address: '10.0.0.1/24' } })
      assert.equal((await ours(netns)).length, 3)
      await perform(netns, { do: 'delete address', address: second })
      assert.deepEqual(await value(netns.routes({ family: 'inet' })), [])
    },
  },
  {
    name: 'a route is deleted if it is as said: gateway, protocol, scope; metric 0 is any',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, { do: 'add route', route: { ...byGateway, metric: 50 } })
      const others: readonly Partial<Route>[] = [
        { gateway: '10.0.0.10' },
        { protocol: 'static' },
        { metric: 51 },
        { destination: '198.51.0.0/16' },
      ]
      for (const other of others) {
        await refused(netns, { do: 'delete route', route: { ...byGateway, metric: 50, ...other } }, 'ESRCH')
      }
      await refused(netns, { do: 'delete route', route: { ...byGateway, dev: 'nope' } }, 'ENODEV')
      await perform(netns, { do: 'delete route', route: byGateway })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'where nothing has an address yet, there is no route to delete: ESRCH',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb(dev, { up: true }))
      await refused(netns, { do: 'delete route', route: byFarGateway }, 'ESRCH')
    },
  },
  {
    name: 'a route that is set takes the place of the one to the same destination, by whatever link',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }), {
        do: 'add address',
        address: { dev: 'y', address: '10.0.1.1/24' },
      })
      await perform(netns, { do: 'set route', route: byGateway })
      const other = { ...byGateway, dev: 'y', gateway: '10.0.1.9' }
      await perform(netns, { do: 'set route', route: other })
      assert.deepEqual(await ours(netns), [other])
      await perform(netns, { do: 'set route', route: { ...other, metric: 7 } })
      assert.equal((await ours(netns)).length, 2)
      await refused(netns, { do: 'set route', route: { ...other, gateway: '203.0.113.1' } }, 'ENETUNREACH')
      assert.equal((await ours(netns)).length, 2)
    },
  },
  {
    name: 'routes of other tables are there beside those of the main one, and are listed when asked for',
    run: async (world) => {
      const netns = await openReady(world)
      const others = [
        { ...byGateway, table: 100 },
        { ...byGateway, table: 10001 },
        { ...byFarGateway, gateway: '10.0.0.9', onlink: false, table: 10001 },
      ]
      for (const route of others) await perform(netns, { do: 'add route', route })
      assert.deepEqual(await ours(netns), [])
      assert.deepEqual(await oursOfAll(netns), byTable(others))
      await refused(netns, { do: 'add route', route: { ...byGateway, table: 100 } }, 'EEXIST')
      await perform(netns, { do: 'add route', route: { ...byGateway, table: 254 } })
      assert.deepEqual(await ours(netns), [byGateway])
      const { destination } = byGateway
      assert.deepEqual(
        byTable(await value(netns.routes({ family: 'inet', destination, dev, tables: 'all' }))),
        byTable([byGateway, ...others.slice(0, 2)]),
      )
      await perform(netns, { do: 'delete route', route: { ...byGateway, table: 100 } })
      await refused(netns, { do: 'delete route', route: { ...byGateway, table: 100 } }, 'ESRCH')
      assert.deepEqual(await oursOfAll(netns), byTable([byGateway, ...others.slice(1)]))
      await perform(netns, { do: 'delete route', route: byGateway })
      assert.deepEqual(await oursOfAll(netns), byTable(others.slice(1)))
    },
  },
  {
    name: 'routes of one table are listed by its number; one that nobody has made has none',
    run: async (world) => {
      const netns = await openReady(world)
      const others = [
        { ...byGateway, table: 100 },
        { ...byFarGateway, table: 10001 },
      ]
      for (const route of [byGateway, ...others]) await perform(netns, { do: 'add route', route })
      for (const [n, tables] of [100, 10001].entries()) {
        assert.deepEqual(await value(netns.routes({ family: 'inet', tables })), others.slice(n, n + 1))
        assert.deepEqual(await value(netns.routes({ family: 'inet', tables, dev })), others.slice(n, n + 1))
      }
      const { destination } = byFarGateway
      assert.deepEqual(await value(netns.routes({ family: 'inet', tables: 100, destination })), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet', tables: 10001, destination })), others.slice(1))
      assert.deepEqual(await value(netns.routes({ family: 'inet', tables: 4242 })), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet6', tables: 4242 })), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet6', tables: 4242, dev })), [])
    },
  },
  {
    name: 'a route of another table is replaced there, and goes with the last address of its link',
    run: async (world) => {
      const netns = await openReady(world)
      const second = { dev: 'y', address: '10.0.1.1/24' }
      await perform(netns, addIfb('y', { up: true }), { do: 'add address', address: second })
      const [main, policy] = [byGateway, { ...byGateway, source: '10.0.0.1', table: 10001 }]
      const moved = { ...policy, dev: 'y', gateway: '10.0.1.9' }
      for (const route of [main, policy, moved]) await perform(netns, { do: 'set route', route })
      assert.deepEqual(await oursOfAll(netns), byTable([main, moved]))
      // In the main table it would go with its source.
      await perform(netns, { do: 'delete address', address: { dev, address: '10.0.0.1/24' } })
      assert.deepEqual(await oursOfAll(netns), [moved])
      await perform(netns, { do: 'delete address', address: second })
      assert.deepEqual(await oursOfAll(netns), [])
    },
  },
  {
    name: 'a gateway of a route of another table is on the link by a route of that table or of the main one',
    run: async (world) => {
      const netns = await openReady(world)
      const route = { ...byFarGateway, onlink: false, table: 100 }
      const toGateway = { ...onLink, destination: '203.0.113.1/32' }
      await refused(netns, { do: 'add route', route }, 'ENETUNREACH')
      await perform(netns, { do: 'add route', route: { ...toGateway, table: 101 } })
      await refused(netns, { do: 'add route', route }, 'ENETUNREACH')
      await perform(netns, { do: 'add route', route: { ...toGateway, table: 100 } }, { do: 'add route', route })
      const inMain = { ...route, table: 102 }
      await perform(netns, { do: 'add route', route: toGateway }, { do: 'add route', route: inMain })
    },
  },
  {
    name: 'a route keeps its metrics, the locked ones too, its type of service and its kind',
    run: async (world) => {
      const netns = await openReady(world)
      const routes: readonly Route[] = [
        { ...onLink, destination: '192.0.2.1/32', metrics: { mtu: 1400, advmss: 1360, initcwnd: 40, initrwnd: 50 } },
        { ...onLink, destination: '192.0.2.2/32', metrics: { mtu: 1400, lock: 4, congctl: 'reno' } },
        { ...byGateway, metrics: { window: 9000, rtt: 121, rttvar: 6, ssthresh: 10, cwnd: 20, hoplimit: 12 } },
        { ...byGateway, metric: 5, metrics: { rto_min: 50, lock: 1 << 13, quickack: 1, reordering: 4, features: 1 } },
        { ...byGateway, tos: 0x10, metric: 7 },
        { ...onLink, destination: '192.0.2.3/32', type: 'local', scope: 'host', table: 100 },
        { ...onLink, destination: '192.0.2.4/32', scope: 'site' },
      ]
      for (const route of routes) await perform(netns, { do: 'add route', route })
      assert.deepEqual(byKey((await oursOfAll(netns)).map(inWholeMs)), byKey(routes.map(inWholeMs)))
      const other = { ...byGateway, metrics: { mtu: 1300 } }
      await perform(netns, { do: 'set route', route: other })
      assert.deepEqual(
        byKey((await oursOfAll(netns)).map(inWholeMs)),
        byKey([other, ...routes.filter((each) => each !== routes[2])].map(inWholeMs)),
      )
      for (const route of [other, ...routes.filter((each) => each !== routes[2])])
        await perform(netns, { do: 'delete route', route })
      assert.deepEqual(await oursOfAll(netns), [])
    },
  },
  {
    name: 'a metric of a route that is zero is none',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, { do: 'add route', route: { ...onLink, metrics: { mtu: 0 } } })
      assert.deepEqual(await ours(netns), [onLink])
    },
  },
  {
    name: 'a route may have several next hops, by one link or several, and is found by each',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }), {
        do: 'add address',
        address: { dev: 'y', address: '10.0.1.1/24' },
      })
      const route: Route = {
        ...byGateway,
        weight: 5,
        furtherHops: [
          { gateway: '10.0.0.10', dev, onlink: false },
          { gateway: '203.0.113.1', dev: 'y', onlink: true, weight: 256 },
        ],
        metrics: { mtu: 1400 },
      }
      await perform(netns, { do: 'add route', route })
      await refused(netns, { do: 'add route', route: byGateway }, 'EEXIST')
      assert.deepEqual(await ours(netns), [route])
      for (const by of [dev, 'y']) {
        const found = await value(netns.routes({ family: 'inet', dev: by, tables: 'all' }))
        assert.deepEqual(
          found.filter(({ protocol }) => protocol !== 'kernel'),
          [route],
        )
      }
      const [first, ...further] = [...(route.furtherHops ?? [])].toReversed()
      assert.ok(first)
      const other: Route = { ...byGateway, ...first, furtherHops: further }
      await perform(netns, { do: 'set route', route: other })
      assert.deepEqual(await ours(netns), [other])
      await refused(netns, { do: 'delete route', route }, 'ESRCH')
      await perform(netns, { do: 'delete route', route: other })
      assert.deepEqual(await ours(netns), [])
      await refused(
        netns,
        { do: 'add route', route: { ...route, furtherHops: [{ dev: 'nope', onlink: false }] } },
        'ENODEV',
      )
    },
  },
  {
    name: 'a route by several links goes with the first of them that is deleted',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addIfb('y', { up: true }))
      const route: Route = { ...onLink, furtherHops: [{ dev: 'y', onlink: false }] }
      await perform(netns, { do: 'add route', route }, { do: 'delete link', name: 'y' })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'an IPv4 route may have an IPv6 gateway',
    run: async (world) => {
      const netns = await openReady(world)
      const route: Route = { ...byGateway, gateway: 'fe80::1' }
      const several: Route = { ...route, metric: 7, furtherHops: [{ gateway: '10.0.0.9', dev, onlink: false }] }
      for (const each of [route, several]) await perform(netns, { do: 'add route', route: each })
      assert.deepEqual(await ours(netns), [route, several])
      for (const each of [route, several]) await perform(netns, { do: 'delete route', route: each })
      assert.deepEqual(await ours(netns), [])
    },
  },
  {
    name: 'what the port cannot give to a route is refused: EOPNOTSUPP',
    run: async (world) => {
      const netns = await openReady(world)
      for (const change of ['add route', 'set route'] as const) {
        await refused(netns, { do: change, route: { ...onLink, unknown: ['nhid'] } }, 'EOPNOTSUPP')
      }
    },
  },
]

/** `ip` prints whole milliseconds, of which the kernel keeps parts. */
function inWholeMs({ metrics, ...route }: Route): Route {
  if (metrics === undefined) return route
  const { rtt, rttvar } = metrics
  const whole = (parts: number, each: string | number) => Math.floor(Number(each) / parts) * parts
  return {
    ...route,
    metrics: {
      ...metrics,
      ...(rtt === undefined ? {} : { rtt: whole(8, rtt) }),
      ...(rttvar === undefined ? {} : { rttvar: whole(4, rttvar) }),
    },
  }
}

function byKey(routes: readonly Route[]): readonly Route[] {
  const key = ({ destination, metric }: Route) => `${destination} ${metric}`
  return routes.toSorted((one, other) => key(one).localeCompare(key(other)))
}
