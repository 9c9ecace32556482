import {
  changeReversibly,
  giveAddresses,
  hopsOf,
  type KernelError,
  type LinkConfiguration,
  linkConfigurationOf,
  type Netns,
  onLink,
} from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted, Step, Undo, Undone } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'

/** Two existing links, and the direction of a transfer between them. */
export interface Transfer {
  /** Name of the link that has the addresses, such as a network card. */
  readonly from: string
  /** Name of the link that gets them, such as a bridge whose port the card is. */
  readonly to: string
}

/**
 * The transfer of a link's IP addresses, of the routes of all tables by it, and of its permanent neighbours to another link; link-local IPv6
 * addresses stay. At every moment each address is on one of the links, and each route exists: connections go on, and nothing is lost if
 * the process is killed half-way.
 *
 * All attributes are kept: metrics of routes, lifetimes of addresses. EOPNOTSUPP when one has an attribute that the kernel takes from nobody,
 * and ERANGE when a label would be too long with the name of the second link; then nothing is changed.
 *
 * Reverting transfers them back, with all that the second link has got meanwhile. A missing link is no error then; and routes go where the
 * first link has been switched off, as they do with a link that is.
 *
 * @see ip-address(8), ip-route(8)
 */
export function transfer({ from, to }: Transfer): Step<Netns, KernelError> {
  return {
    name: `addresses and routes of ${from} on ${to}`,
    apply: (netns, undo) => transferAll(netns, from, to, undo).map(() => undefined),
    revert: (netns) =>
      safeTry<Reverted, KernelError>(async function* () {
        const [home, away] = [yield* netns.link(from), yield* netns.link(to)]
        if (home === undefined || away === undefined) return ok<Reverted>('absent')
        if (!home.up) yield* deleteRoutes(netns, to)
        return transferAll(netns, to, from, () => {})
      }),
  }
}

/** Deletes the routes by a link; of several next hops those by others stay. */
function deleteRoutes(netns: Netns, dev: string): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const { routes } = yield* linkConfigurationOf(netns, dev)
    for (const route of routes) {
      const { gateway: _, weight: __, furtherHops: ___, ...rest } = route
      const [first, ...furtherHops] = hopsOf(route).filter((hop) => hop.dev !== dev)
      yield* netns.change(
        first === undefined
          ? { do: 'delete route', route }
          : { do: 'set route', route: { ...rest, ...first, ...(furtherHops.length === 0 ? {} : { furtherHops }) } },
      )
    }
    return ok()
  })
}

/** Everything is on the receiver before anything is taken from the giver. */
function transferAll(
  netns: Netns,
  from: string,
  to: string,
  undo: RecordUndo<KernelError>,
): ResultAsync<Reverted, KernelError> {
  return safeTry<Reverted, KernelError>(async function* () {
    const { given, received } = yield* lookUpTransfer(netns, { from, to })
    yield* giveAddresses(netns, to, received.addresses, undo)
    const undoRoute = inOrder(`set route: routes on ${from}`, undo)
    for (const [n, route] of given.routes.entries()) {
      const rerouted = received.routes[n] ?? route
      yield* changeReversibly(netns, { do: 'set route', route: rerouted }, { do: 'set route', route }, undoRoute)
    }
    for (const neighbour of received.neighbours) {
      yield* changeReversibly(netns, { do: 'set neighbour', neighbour }, { do: 'delete neighbour', neighbour }, undo)
    }
    // With its last IPv4 address a link loses its neighbours.
    for (const neighbour of given.neighbours) {
      yield* changeReversibly(netns, { do: 'delete neighbour', neighbour }, { do: 'set neighbour', neighbour }, undo)
    }
    // The first address of a subnet takes the others with it: so the last one goes first.
    for (const address of given.addresses.toReversed()) {
      yield* changeReversibly(netns, { do: 'delete address', address }, { do: 'add address', address }, undo)
    }
    const isAny = [given.addresses, given.routes, given.neighbours].some(({ length }) => length > 0)
    return ok<Reverted>(isAny ? 'removed' : 'absent')
  })
}

/**
 * Looks up what a link would give, and what another would get in its place. Changes nothing, and has the errors that {@link transfer} has
 * before its first change.
 */
export function lookUpTransfer(
  netns: Netns,
  { from, to }: Transfer,
): ResultAsync<{ readonly given: LinkConfiguration; readonly received: LinkConfiguration }, KernelError> {
  return linkConfigurationOf(netns, from).andThen((given) =>
    onLink(given, from, to)
      .map((received) => ({ given, received }))
      .mapErr((label) => tooLong(netns, label)),
  )
}

function tooLong({ path }: Netns, label: string): KernelError {
  const message = `it has more than 15 bytes: give the address a shorter label, or none`
  return { kind: 'kernel', operation: 'move', object: `label ${label}`, netns: path, errno: 'ERANGE', message }
}

/**
 * Takes changes back in the order in which they were made: a gateway must be known to be on the link on the way back, too. Goes on past
 * errors.
 */
function inOrder(what: string, undo: RecordUndo<KernelError>): RecordUndo<KernelError> {
  const entries: Undo<KernelError>[] = []
  const run = () =>
    safeTry<Undone, KernelError>(async function* () {
      const results = []
      for (const entry of entries) results.push(await entry.run())
      for (const result of results) yield* result
      return ok<Undone>('undone')
    })
  return (entry) => {
    if (entries.length === 0) undo({ what, run })
    entries.push(entry)
  }
}
