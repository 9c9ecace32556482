import assert from 'node:assert/strict'
import type { RejectRoute } from '../state.ts'
import { addIfb, type ConformanceCase, openNew, perform, refused, value } from './case.ts'

const blackhole: RejectRoute = { type: 'blackhole', destination: '169.254.169.254/32', protocol: 'boot', metric: 0 }
const blackhole6: RejectRoute = { ...blackhole, destination: 'fd00:ec2::254/128', metric: 1024 }

/** Routes by no link. */
export const rejectRouteCases: readonly ConformanceCase[] = [
  {
    name: 'routes by no link are read as they were added, of each type, and deleted',
    run: async (world) => {
      const netns = await openNew(world)
      assert.deepEqual(await value(netns.rejectRoutes('inet')), [])
      assert.deepEqual(await value(netns.rejectRoutes('inet6')), [])
      const types = ['blackhole', 'unreachable', 'prohibit', 'throw'] as const
      const inet = types.map(
        (type, n): RejectRoute => ({ ...blackhole, type, destination: `10.0.${n}.0/24`, metric: n }),
      )
      const inet6 = types.map((type, n): RejectRoute => ({ ...blackhole6, type, destination: `fd00:${n + 1}::/32` }))
      const inTable: RejectRoute = { ...blackhole, destination: '0.0.0.0/0', protocol: 'static', table: 1077 }
      for (const route of [...inet, ...inet6, inTable]) await perform(netns, { do: 'add reject route', route })
      const sorted = (routes: readonly RejectRoute[]) =>
        routes.map((route) => JSON.stringify(sortedKeys(route))).toSorted()
      assert.deepEqual(sorted(await value(netns.rejectRoutes('inet'))), sorted([...inet, inTable]))
      assert.deepEqual(sorted(await value(netns.rejectRoutes('inet6'))), sorted(inet6))
      // They are by no link.
      assert.deepEqual(await value(netns.routes({ family: 'inet', tables: 'all' })), [])
      for (const route of [...inet, ...inet6, inTable]) await perform(netns, { do: 'delete reject route', route })
      assert.deepEqual(await value(netns.rejectRoutes('inet')), [])
      assert.deepEqual(await value(netns.rejectRoutes('inet6')), [])
    },
  },
  {
    name: 'a destination has one route with each metric, by a link or by none',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x', { up: true }))
      for (const route of [blackhole, blackhole6]) {
        await perform(netns, { do: 'add reject route', route })
        await refused(netns, { do: 'add reject route', route }, 'EEXIST')
        await perform(netns, { do: 'add reject route', route: { ...route, metric: 7 } })
        const { destination, metric } = route
        const scope = destination.includes(':') ? 'global' : 'link'
        const byLink = { destination, dev: 'x', onlink: false, scope, protocol: 'boot', metric }
        await refused(netns, { do: 'add route', route: byLink }, 'EEXIST')
        await perform(netns, { do: 'delete reject route', route }, { do: 'add route', route: byLink })
        await refused(netns, { do: 'add reject route', route }, 'EEXIST')
        await perform(netns, { do: 'delete reject route', route: { ...route, metric: 7 } })
      }
    },
  },
  {
    name: 'a route by no link that is not there, or of another type, cannot be deleted: ESRCH',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x', { up: true }))
      await refused(netns, { do: 'delete reject route', route: blackhole }, 'ESRCH')
      await perform(netns, { do: 'add reject route', route: blackhole })
      await refused(netns, { do: 'delete reject route', route: { ...blackhole, type: 'prohibit' } }, 'ESRCH')
      await refused(netns, { do: 'add reject route', route: { ...blackhole, destination: '10.0.0.1/24' } }, 'EINVAL')
      await refused(netns, { do: 'add reject route', route: { ...blackhole, destination: 'nowhere' } }, 'EINVAL')
    },
  },
]

function sortedKeys(route: RejectRoute): object {
  return Object.fromEntries(Object.entries(route).toSorted(([one], [other]) => one.localeCompare(other)))
}
