import type { Link, Netns } from '@vpc-bridge/kernel'
import { revert } from '@vpc-bridge/step'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { withLock } from '../commands/lock.ts'
import type { WalkOptions } from '../commands/walk-options.ts'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { endpointsAmong } from '../endpoint/steps-of.ts'
import type { Failure } from '../errors/failure.ts'
import { hasUnknownPort } from '../observation/ports.ts'
import { readEndpoint } from '../records/endpoint-record.ts'
import { observeToRemove } from './observe-to-remove.ts'
import type { Removal } from './remove-parts.ts'

/**
 * Removes what leads to endpoints of a network that are gone, under the exclusive lock: what leads to an endpoint that is being made is
 * no orphan. Removes nothing where the record of an endpoint had no room for its addresses, nor for a plugin that knows no orphans.
 */
export function removeOrphans<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<Removal, Failure> {
  const { orphans } = engine.plugin
  if (orphans === undefined) return okAsync(ok())
  const work = () =>
    safeTry<Removal, Failure>(async function* () {
      const { scene, view } = yield* observeToRemove(engine, host, endpoint)
      const { network } = scene
      if (network === undefined) return ok(ok())
      const links = yield* network.links()
      const records = endpointsAmong(engine, links, endpoint, view)
      // The record of an endpoint may have had no room for its addresses: nothing tells what leads to them.
      if (records.some(({ addresses }) => addresses.length === 0)) return ok(ok())
      // A port of the bridge that is another program's has none at all.
      const { link: bridge, ownPorts = [] } = engine.plugin.bridge?.(view) ?? {}
      const isEndpoint = ({ alias }: Link) => readEndpoint(engine.format, alias) !== undefined
      if (bridge !== undefined && hasUnknownPort(links, bridge, ownPorts, isEndpoint)) return ok(ok())
      const addresses = records.flatMap((record) => record.addresses)
      return ok(await revert(yield* orphans(network, view, { addresses }), network, options))
    })
  return withLock(host, 'exclusive', work, options)
}
