import { type CniError, errorCodes } from '@vpc-bridge/cni'
import { lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import { decide } from './decide.ts'
import type { Endpoint, OwnFailure } from './definition.ts'
import type { Engine } from './engine.ts'
import type { Failure } from './failure.ts'

/** Tells what an ADD on a network would fail for: a rule that is broken, or what the host lacks. */
export function status<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, CniError> {
  const { plugin, errors } = engine
  return safeTry<void, Failure | F | readonly CniError[]>(async function* () {
    const { view } = yield* decide(engine, lookUpOnce(host), endpoint, undefined)
    const lacks = yield* plugin.lacks?.(host, endpoint.config, view) ?? ok<readonly CniError[], Failure>([])
    return lacks.length === 0 ? ok() : err(lacks)
  }).mapErr((failure) => {
    const reasons = 'kind' in failure ? [errors.toCniError(failure)] : failure
    return { code: errorCodes.notAvailable, msg: reasons.map(({ msg }) => msg).join('; ') }
  })
}
