import type { KernelError } from '@vpc-bridge/kernel'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { type EndpointIdentity, isSameEndpoint } from '../endpoint/names.ts'
import { endpointsAmong } from '../endpoint/steps-of.ts'
import { portsOf } from '../observation/ports.ts'
import type { Observation } from './observe-to-remove.ts'

/**
 * Returns true if a network has an endpoint: a port of its bridge that is not the network's own, or a link that says that it is one,
 * which somebody may have taken off the bridge. The bridge is asked first, and for few: hosts have many endpoints.
 *
 * @param but an endpoint that does not count
 */
export function isInUse<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { scene, view }: Observation<V>,
  endpoint: Endpoint<C>,
  but?: EndpointIdentity,
): ResultAsync<boolean, KernelError> {
  const { network } = scene
  const hostLink = scene.hostLink ?? engine.plugin.adopted?.(view)?.link
  return safeTry<boolean, KernelError>(async function* () {
    if (network === undefined) return ok(false)
    const { link: bridge, ownPorts = [] } = engine.plugin.bridge?.(view) ?? {}
    const uncounted = [...ownPorts, but === undefined ? undefined : hostLink?.name]
    const ports = yield* bridge === undefined
      ? okAsync([])
      : portsOf(network, bridge.name, { limit: uncounted.length + 1 })
    if (ports.some(({ name }) => !uncounted.includes(name))) return ok(true)
    const records = endpointsAmong(engine, yield* network.links(), endpoint, view)
    return ok(records.some((record) => but === undefined || !isSameEndpoint(record, but)))
  })
}
