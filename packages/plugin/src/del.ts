import { type KernelError, type Link, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { type RevertError, revert } from '@vpc-bridge/step'
import { err, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import type { WalkOptions } from './add.ts'
import type { Endpoint, OwnFailure } from './definition.ts'
import { newerLink, readEndpoint } from './endpoint-record.ts'
import type { Engine } from './engine.ts'
import type { Failure } from './failure.ts'
import { isInUse, type Observation } from './is-in-use.ts'
import { withLock } from './lock.ts'
import { ownedPart } from './owned.ts'
import { lookAroundToRemove, type Removing } from './scene.ts'
import { endpointsAmong, removableOf, stepsOf } from './steps-of.ts'

/** How a removal went. */
type Removal = Result<void, RevertError<KernelError>>

/**
 * Removes an endpoint, and with the last one all that its network shares. What is missing already is no error: the namespace, the
 * interface, or everything. What is another's is left: after an ADD that was refused nothing is removed.
 *
 * An interruption ends the wait for other processes, with an error; what is begun is done to the end.
 */
export function del<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const found = yield* observeToRemove(engine, host, endpoint)
    const newer = newerLink(engine.format, [found.scene.hostLink, engine.plugin.bridge?.(found.view).link])
    if (newer !== undefined) return err<void, Failure>({ kind: 'newer record', link: newer.name })
    const disconnect = (observed: Observation<V>) => removeOwn(engine, observed, endpoint, options)
    // Before anything is removed: a wait for others that is interrupted leaves everything as it is.
    if (!(yield* isInUse(engine, found, endpoint, endpoint)))
      return yield* removeAlone(engine, host, endpoint, options, disconnect)
    // Most often others use the network, and then nobody has to be waited for.
    const removed = yield* disconnect(found)
    if (!(yield* isInUse(engine, found, endpoint)))
      return allRemoved(removed, yield* removeAlone(engine, host, endpoint, options, nothing))
    // What is left of an endpoint of which neither record nor request tells an address can only be known by leading to nobody.
    const isTold = endpoint.ips.length > 0 || (found.scene.record?.addresses.length ?? 0) > 0
    if (isTold || engine.plugin.orphans === undefined) return removed
    return allRemoved(removed, yield* collectOrphans(engine, host, endpoint, options))
  })
}

/** Removes what a network shares, unless it has endpoints. */
export function removeUnusedNetwork<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    if (yield* isInUse(engine, yield* observeToRemove(engine, host, endpoint), endpoint)) return ok()
    return yield* removeAlone(engine, host, endpoint, options, nothing)
  })
}

/** Removes what leads to endpoints of a network that are gone. */
export function removeOrphans<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  return collectOrphans(engine, host, endpoint, options).andThen((removal): Result<void, Failure> => removal)
}

const nothing = () => okAsync<Removal, Failure>(ok())

/** Looks at the host before a removal. */
export function observeToRemove<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  outer: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<Observation<V>, Failure> {
  return lookAroundToRemove(engine, lookUpOnce(outer), endpoint).andThen((scene) =>
    observe(engine, scene, endpoint).map((view) => ({ scene, view })),
  )
}

function observe<C, V, F extends OwnFailure>(
  { plugin }: Engine<C, V, F>,
  scene: Removing,
  endpoint: Endpoint<C>,
): ResultAsync<V, KernelError> {
  return plugin.observeRemoval?.(scene, endpoint) ?? plugin.observe(scene.network ?? scene.host, endpoint, scene)
}

/** Removes something, and then the network unless it is in use, while no other process changes it: others may have come by then. */
function removeAlone<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
  first: (observed: Observation<V>) => ResultAsync<Removal, Failure>,
): ResultAsync<Removal, Failure> {
  const work = () =>
    safeTry<Removal, Failure>(async function* () {
      const found = yield* observeToRemove(engine, host, endpoint)
      const removed = yield* first(found)
      // What could not be removed needs the network's record to be found again.
      if (removed.isErr() || (yield* isInUse(engine, found, endpoint))) return ok(removed)
      return ok(allRemoved(removed, yield* removeShared(engine, found, endpoint, options)))
    })
  return withLock(host, 'exclusive', work, options)
}

/** Removes what is an endpoint's own. */
function removeOwn<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  found: Observation<V>,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<Removal, KernelError> {
  const { scene, view } = found
  return safeTry<Removal, KernelError>(async function* () {
    const mine = yield* ownedPart(engine, found, endpoint)
    if (mine === undefined) return ok(ok())
    const { first, last } = removableOf(stepsOf(engine, view, mine, scene.networkPath))
    const removed = await revert(first, scene.host, options)
    return ok(removed.isErr() ? removed : await revert(last, scene.host, options))
  })
}

/** Removes what a network shares, the last part first, and each once the ones behind it are gone. */
function removeShared<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { scene }: Observation<V>,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<Removal, KernelError> {
  const of = { ...scene, of: 'network' } as const
  return safeTry<Removal, KernelError>(async function* () {
    // A newer version may need it.
    const links = yield* scene.network === undefined ? okAsync([]) : scene.network.links()
    const bridge = engine.plugin.bridge
    if (bridge === undefined && newerLink(engine.format, links) !== undefined) return ok(ok())
    const { shared } = stepsOf(engine, yield* observe(engine, of, endpoint), endpoint, scene.networkPath)
    for (const steps of shared.toReversed()) {
      const removed = await revert(steps, scene.host, options)
      if (removed.isErr()) return ok(removed)
    }
    return ok(ok())
  })
}

function collectOrphans<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<Removal, Failure> {
  // What leads to an endpoint that is being made is no orphan.
  const work = () =>
    safeTry<Removal, Failure>(async function* () {
      const { scene, view } = yield* observeToRemove(engine, host, endpoint)
      const { network } = scene
      if (network === undefined || engine.plugin.orphans === undefined) return ok(ok())
      const links = yield* network.links()
      const records = endpointsAmong(engine, links, endpoint, view)
      // The record of an endpoint may have had no room for its addresses: nothing tells what leads to them.
      if (records.some(({ addresses }) => addresses.length === 0)) return ok(ok())
      // A port of the bridge that is another program's has none at all.
      const { link: bridge, ownPorts = [] } = engine.plugin.bridge?.(view) ?? {}
      const isUnknown = ({ name, master, alias }: Link) =>
        master === bridge?.index && !ownPorts.includes(name) && readEndpoint(engine.format, alias) === undefined
      if (bridge !== undefined && links.some(isUnknown)) return ok(ok())
      const addresses = records.flatMap((record) => record.addresses)
      return ok(await revert(yield* engine.plugin.orphans(network, view, { addresses }), network, options))
    })
  return withLock(host, 'exclusive', work, options)
}

/** Returns all failures of several removals. */
function allRemoved(...removals: readonly Removal[]): Removal {
  const failed = removals.flatMap((removal) => (removal.isErr() ? removal.error.failed : []))
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
