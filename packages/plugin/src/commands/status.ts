import { type CniError, errorCodes } from '@vpc-bridge/cni'
import { type KernelError, lookUpOnce, mostPorts, type Netns } from '@vpc-bridge/kernel'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { decide } from '../observation/decide.ts'
import { missingLinkKinds } from '../observation/link-kinds.ts'
import { portsOf } from '../observation/ports.ts'

/** Tells what an ADD on a network would fail for: a rule that is broken, or what the host lacks. */
export function status<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, CniError> {
  const { notAvailable, notAvailableLimited } = errorCodes
  const unavailable = (failure: Failure | F) => ({ code: notAvailable, msg: engine.errors.describe(failure) })
  return safeTry<void, CniError>(async function* () {
    const { view, scene } = yield* decide(engine, lookUpOnce(host), endpoint, undefined).mapErr(unavailable)
    const lacking = yield* lacksOf(engine, host, endpoint.config).mapErr(unavailable)
    const full = yield* fullBridge(engine, scene.network, view).mapErr(unavailable)
    const reasons = [...lacking, ...full]
    if (reasons.length === 0) return ok()
    // An ADD would succeed: it is endpoints, those that exist too, that do not work.
    const isLimited = reasons.every(({ code }) => code === notAvailableLimited)
    return err({ ...unavailable({ kind: 'refused', reasons }), ...(isLimited ? { code: notAvailableLimited } : {}) })
  })
}

/** Tells what a host lacks for endpoints of a configuration: drivers, and what the plugin needs besides. */
export function lacksOf<C, V, F extends OwnFailure>(
  { plugin, errors }: Engine<C, V, F>,
  host: Netns,
  config: C,
): ResultAsync<readonly CniError[], KernelError> {
  return safeTry<readonly CniError[], KernelError>(async function* () {
    const drivers = yield* missingLinkKinds(host, plugin.linkKinds?.(config) ?? [])
    const asked = plugin.lacks?.(host, config)
    const others = asked === undefined ? [] : yield* asked
    return ok([...drivers, ...others].map((each) => ('kind' in each ? errors.toCniError(each) : each)))
  })
}

/** Returns the failure of a network whose bridge has no port left. */
function fullBridge<C, V, F extends OwnFailure>(
  { plugin, errors }: Engine<C, V, F>,
  network: Netns,
  view: V,
): ResultAsync<readonly CniError[], KernelError> {
  const bridge = plugin.bridge?.(view).link?.name
  if (bridge === undefined) return okAsync([])
  return portsOf(network, bridge).map(({ length: ports }) =>
    ports < mostPorts ? [] : [errors.toCniError({ kind: 'bridge full', bridge, ports })],
  )
}
