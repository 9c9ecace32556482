import {
  absentIfGone,
  changeReversibly,
  type Family,
  type KernelError,
  type Netns,
  type Route,
} from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { ok, safeTry } from 'neverthrow'
import { completeRoute, isSameWay, type WantedRoute } from './route.ts'

/** A routing table for the packets that rules send to it. */
export interface RoutingTable {
  /** Its number: not one of those that the kernel has itself (253 to 255). */
  readonly table: number
  /** The IP version: the tables of both versions have the same numbers, but nothing else in common. */
  readonly family: Family
  /** All routes of the table. */
  readonly routes: readonly WantedRoute[]
}

/**
 * A routing table with exactly these routes: others in it are deleted. Rules say for which packets it is.
 *
 * Reverting deletes every route in it; a table without routes does not exist.
 *
 * @see ip-route(8)
 */
export function routingTable({ table, family, routes }: RoutingTable): Step<Netns, KernelError> {
  return {
    name: `routes of table ${table}${family === 'inet6' ? ' of IPv6' : ''}`,
    apply: (netns, undo) =>
      safeTry<void, KernelError>(async function* () {
        const found = yield* netns.routes({ family, tables: table })
        const wanted = routes.map((each): Route => ({ ...completeRoute(each), table }))
        for (const route of wanted) {
          const rival = found.find(isRivalOf(route))
          if (rival !== undefined && isSameWay(rival, route)) continue
          const inverse =
            rival === undefined
              ? ({ do: 'delete route', route } as const)
              : ({ do: 'set route', route: rival } as const)
          yield* changeReversibly(netns, { do: 'set route', route }, inverse, undo)
        }
        for (const route of found.filter((each) => !wanted.some(isRivalOf(each)))) {
          yield* changeReversibly(netns, { do: 'delete route', route }, { do: 'set route', route }, undo)
        }
        return ok()
      }),
    revert: (netns) =>
      safeTry<Reverted, KernelError>(async function* () {
        const outcomes: Reverted[] = []
        const found = yield* netns.routes({ family, tables: table })
        for (const route of found) {
          const deleted = netns.change({ do: 'delete route', route }).map((): Reverted => 'removed')
          outcomes.push(yield* absentIfGone(deleted))
        }
        return ok<Reverted>(outcomes.includes('removed') ? 'removed' : 'absent')
      }),
  }
}

/** Returns a test for the route in the place of another: a table has one route to a destination with each metric. */
function isRivalOf({ destination, metric }: Route): (found: Route) => boolean {
  return (found) => found.destination === destination && found.metric === metric
}
