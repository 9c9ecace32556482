import { type CniError, errorCodes } from '@vpc-bridge/cni'
import { lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import { decide } from './decide.ts'
import type { Endpoint, OwnFailure } from './definition.ts'
import type { Engine } from './engine.ts'
import type { Failure } from './failure.ts'
import { missingLinkKinds } from './link-kinds.ts'

/** Tells what an ADD on a network would fail for: a rule that is broken, or what the host lacks. */
export function status<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, CniError> {
  const { plugin, errors } = engine
  return safeTry<void, Failure | F>(async function* () {
    const { view } = yield* decide(engine, lookUpOnce(host), endpoint, undefined)
    const drivers = yield* missingLinkKinds(host, plugin.linkKinds?.(endpoint.config) ?? [])
    const asked = plugin.lacks?.(host, endpoint.config, view)
    const others = asked === undefined ? [] : yield* asked
    const reasons = [...drivers, ...others].map((each) => ('kind' in each ? errors.toCniError(each) : each))
    return reasons.length === 0 ? ok() : err<void, Failure>({ kind: 'refused', reasons })
  }).mapErr((failure) => ({ code: errorCodes.notAvailable, msg: errors.describe(failure) }))
}
