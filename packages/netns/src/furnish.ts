import {
  changeReversibly,
  giveAddresses,
  hopsOf,
  type KernelError,
  type Link,
  type Netns,
  type Route,
} from '@vpc-bridge/kernel'
import { familyOf } from '@vpc-bridge/kernel/ip'
import type { RecordUndo } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { HomeRecord } from './home-record.ts'
import { giveSettings } from './link-settings.ts'
import type { RecordedRoute } from './record-fields.ts'

/**
 * Restores on a link the addresses, routes and neighbours of a record that it lacks. A link that is down has no routes.
 *
 * @param heir name of a link that may have its routes already
 */
export function furnish(
  netns: Netns,
  { name, up, mtu }: Link,
  record: HomeRecord,
  undo: RecordUndo<KernelError>,
  heir?: string,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const { addresses, routes, isLess } = leftOf(record)
    if (record.mtu !== undefined && record.mtu !== mtu) {
      const set = (to: number) => ({ do: 'set link', name, set: { mtu: to } }) as const
      yield* changeReversibly(netns, set(record.mtu), set(mtu), undo)
    }
    yield* giveSettings(netns, name, record.settings, undo)
    if (up !== record.up) {
      const set = (to: boolean) => ({ do: 'set link', name, set: { up: to } }) as const
      yield* changeReversibly(netns, set(record.up), set(up), undo)
    }
    yield* giveAddresses(netns, name, addresses, undo)
    for (const route of routes) {
      const given = giveRoute(netns, onLink(route, name), heir, undo)
      // With an address go the routes that need it.
      yield* given.orElse((error) => (isLess && isUnreachable(error) ? okAsync() : errAsync(error)))
    }
    const neighbours = yield* netns.neighbours(name)
    for (const each of record.neighbours) {
      if (neighbours.some(({ address }) => address === each.address)) continue
      const neighbour = { ...each, dev: name }
      yield* changeReversibly(netns, { do: 'set neighbour', neighbour }, { do: 'delete neighbour', neighbour }, undo)
    }
    return ok()
  })
}

/** Returns the addresses and routes of a record whose lifetimes have not ended, and whether an address is missing. */
function leftOf({ addresses, routes, since }: HomeRecord) {
  const elapsed = since === undefined ? 0 : Math.max(0, secondsNow() - since)
  const left = addresses
    .map((each) => ({
      ...each,
      ...(each.validSeconds === undefined ? {} : { validSeconds: each.validSeconds - elapsed }),
      ...(each.preferredSeconds === undefined
        ? {}
        : { preferredSeconds: Math.max(0, each.preferredSeconds - elapsed) }),
    }))
    .filter(({ validSeconds = 1 }) => validSeconds > 0)
  return {
    addresses: left,
    routes: routes
      .map((each) =>
        each.expiresSeconds === undefined ? each : { ...each, expiresSeconds: each.expiresSeconds - elapsed },
      )
      .filter(({ expiresSeconds = 1 }) => expiresSeconds > 0),
    isLess: left.length < addresses.length,
  }
}

/** Seconds since 1970. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000)
}

function onLink({ furtherHops, ...route }: RecordedRoute, dev: string): Route {
  return {
    ...route,
    dev,
    ...(furtherHops === undefined ? {} : { furtherHops: furtherHops.map((hop) => ({ ...hop, dev })) }),
  }
}

function giveRoute(
  netns: Netns,
  route: Route,
  heir: string | undefined,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  const { destination } = route
  return netns.routes({ family: familyOf(destination), destination, tables: 'all' }).andThen((there) => {
    const isSame = (each: Route) =>
      hopsOf(each).some(({ dev }) => dev === route.dev || dev === heir) &&
      each.metric === route.metric &&
      each.table === route.table &&
      each.tos === route.tos &&
      each.from === route.from
    if (there.some(isSame)) return okAsync()
    return changeReversibly(netns, { do: 'add route', route }, { do: 'delete route', route }, undo)
  })
}

/** Returns true for a route that was refused for its gateway, or its source. */
function isUnreachable({ errno }: KernelError): boolean {
  return ['ENETUNREACH', 'EHOSTUNREACH', 'EINVAL'].includes(errno)
}
