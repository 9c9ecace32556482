import { type CniError, errorCodes } from '@vpc-bridge/cni'
import { type KernelError, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { decide } from '../observation/decide.ts'
import { missingLinkKinds } from '../observation/link-kinds.ts'

/** Tells what an ADD on a network would fail for: a rule that is broken, or what the host lacks. */
export function status<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, CniError> {
  return safeTry<void, Failure | F>(async function* () {
    const { view } = yield* decide(engine, lookUpOnce(host), endpoint, undefined)
    const reasons = yield* lacksOf(engine, host, endpoint, view)
    return reasons.length === 0 ? ok() : err<void, Failure>({ kind: 'refused', reasons })
  }).mapErr((failure) => ({ code: errorCodes.notAvailable, msg: engine.errors.describe(failure) }))
}

/** Tells what a host lacks for an endpoint: drivers, and what the plugin needs besides. */
export function lacksOf<C, V, F extends OwnFailure>(
  { plugin, errors }: Engine<C, V, F>,
  host: Netns,
  { config }: Endpoint<C>,
  view: V,
): ResultAsync<readonly CniError[], KernelError> {
  return safeTry<readonly CniError[], KernelError>(async function* () {
    const drivers = yield* missingLinkKinds(host, plugin.linkKinds?.(config) ?? [])
    const asked = plugin.lacks?.(host, config, view)
    const others = asked === undefined ? [] : yield* asked
    return ok([...drivers, ...others].map((each) => ('kind' in each ? errors.toCniError(each) : each)))
  })
}
