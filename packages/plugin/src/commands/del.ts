import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { newerLink } from '../records/endpoint-record.ts'
import { isInUse } from '../removing/is-in-use.ts'
import { type Observation, observeToRemove } from '../removing/observe-to-remove.ts'
import { removeOrphans } from '../removing/orphans.ts'
import { allRemoved, type Removal, removeOwn, removeShared } from '../removing/remove-parts.ts'
import { withLock } from './lock.ts'
import type { WalkOptions } from './walk-options.ts'

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
    if (isTold) return removed
    return allRemoved(removed, yield* removeOrphans(engine, host, endpoint, options))
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

const nothing = () => okAsync<Removal, Failure>(ok())

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
