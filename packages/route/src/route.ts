import {
  absentIfGone,
  changeReversibly,
  isGone,
  type KernelError,
  type Netns,
  operationError,
  type Route,
} from '@vpc-bridge/kernel'
import { familyOf } from '@vpc-bridge/kernel/ip'
import type { RecordUndo, Reverted, Step } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'

/** A route that is wanted. */
export interface WantedRoute {
  /** Destination prefix in canonical text, bits behind the length zero; default routes: `0.0.0.0/0`, `::/0`. */
  readonly destination: string
  /** Address of the next hop. Absent: the destination is on the link. */
  readonly gateway?: string
  /** Name of the link it leaves by. */
  readonly dev: string
  /** Take the gateway to be on the link, even if no prefix of the link covers it. */
  readonly onlink?: boolean
  /** Priority, lower first. Absent: the kernel's default. */
  readonly metric?: number
}

/**
 * A unicast route. An existing one to the same destination with the same priority by the same link is replaced; one by another link is
 * foreign, and an EEXIST error.
 *
 * Reverting deletes the route to the destination by that link.
 *
 * @see ip-route(8)
 */
export function route(wanted: WantedRoute): Step<Netns, KernelError> {
  const via = wanted.gateway === undefined ? '' : ` via ${wanted.gateway}`
  return {
    name: `route ${wanted.destination}${via} on ${wanted.dev}`,
    apply: (netns, undo) => ensureRoute(netns, completeRoute(wanted), undo),
    revert: (netns) => removeRoute(netns, completeRoute(wanted)),
  }
}

/** Adds the route, and looks for others only if that fails: to list routes costs the more the more there are. */
function ensureRoute(netns: Netns, wanted: Route, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return add(netns, wanted, undo).orElse((error) =>
    error.errno === 'EEXIST' ? ensureInPlace(netns, wanted, error, undo) : errAsync(error),
  )
}

function add(netns: Netns, route: Route, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return changeReversibly(netns, { do: 'add route', route }, { do: 'delete route', route }, undo)
}

/** Replaces an existing route to the destination, if it is by the same link. */
function ensureInPlace(
  netns: Netns,
  wanted: Route,
  refusal: KernelError,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const { destination } = wanted
    const routes = yield* netns.routes({ family: familyOf(destination), destination })
    const rival = routes.find((found) => isInPlace(found, wanted))
    if (rival === undefined) return err(refusal)
    if (isSameWay(rival, wanted)) return ok()
    if (rival.dev !== wanted.dev) {
      const message = `there is a route to ${destination} by ${rival.dev} already`
      return err(operationError({ do: 'add route', route: wanted }, netns.path, 'EEXIST', message))
    }
    const restore = { do: 'add route', route: rival } as const
    yield* changeReversibly(netns, { do: 'delete route', route: rival }, restore, undo)
    return add(netns, wanted, undo)
  })
}

/** Deletes the route, and looks for a similar one only if that fails. */
function removeRoute(netns: Netns, wanted: Route): ResultAsync<Reverted, KernelError> {
  return remove(netns, wanted).orElse((error) => (isGone(error) ? removeLike(netns, wanted) : errAsync(error)))
}

/** Deletes the route to the destination by the link, whatever its gateway. */
function removeLike(netns: Netns, wanted: Route): ResultAsync<Reverted, KernelError> {
  const { destination, dev } = wanted
  return absentIfGone(
    netns.routes({ family: familyOf(destination), destination, dev }).andThen((routes) => {
      const found = routes.find((route) => isInPlace(route, wanted))
      return found === undefined ? okAsync<Reverted>('absent') : remove(netns, found)
    }),
  )
}

function remove(netns: Netns, route: Route): ResultAsync<Reverted, KernelError> {
  return netns.change({ do: 'delete route', route }).map((): Reverted => 'removed')
}

/** Returns true for a route in the place of the wanted one. Routes for one type of service, or for some sources, have other places. */
function isInPlace({ metric, tos, from }: Route, wanted: Route): boolean {
  return metric === wanted.metric && tos === undefined && from === undefined
}

/** Returns true if two routes lead to their destination in the same way. */
export function isSameWay(found: Route, wanted: Route): boolean {
  return (
    found.dev === wanted.dev &&
    found.gateway === wanted.gateway &&
    found.furtherHops === undefined &&
    found.type === undefined &&
    // The kernel keeps the flag for IPv4 only where it is needed to accept the gateway.
    found.scope === wanted.scope
  )
}

/** Returns a route of the main table with the values that the kernel would choose. */
export function completeRoute({ destination, gateway, dev, onlink = false, metric }: WantedRoute): Route {
  const inet6 = familyOf(destination) === 'inet6'
  return {
    destination,
    dev,
    onlink,
    ...(gateway === undefined ? {} : { gateway }),
    scope: gateway === undefined && !inet6 ? 'link' : 'global',
    protocol: 'boot',
    metric: metric ?? (inet6 ? 1024 : 0),
  }
}
