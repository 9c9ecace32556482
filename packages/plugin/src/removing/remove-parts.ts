import type { KernelError } from '@vpc-bridge/kernel'
import { type RevertError, revert } from '@vpc-bridge/step'
import { err, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import type { WalkOptions } from '../commands/walk-options.ts'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { removableOf, stepsOf } from '../endpoint/steps-of.ts'
import { newerLink } from '../records/endpoint-record.ts'
import { type Observation, observe } from './observe-to-remove.ts'
import { ownedPart } from './owned.ts'

/** How a removal went. */
export type Removal = Result<void, RevertError<KernelError>>

/** Removes what is an endpoint's own. */
export function removeOwn<C, V, F extends OwnFailure>(
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
export function removeShared<C, V, F extends OwnFailure>(
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

/** Returns all failures of several removals. */
export function allRemoved(...removals: readonly Removal[]): Removal {
  const failed = removals.flatMap((removal) => (removal.isErr() ? removal.error.failed : []))
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
