import { type GcRequest, ipamGc } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { isSameEndpoint } from '../endpoint/names.ts'
import { endpointsAmong } from '../endpoint/steps-of.ts'
import { recordedEndpoint } from '../endpoint/to-endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { type EndpointRecord, newerLink } from '../records/endpoint-record.ts'
import { observeToRemove } from '../removing/observe-to-remove.ts'
import { removeOrphans } from '../removing/orphans.ts'
import { del, removeUnusedNetwork } from './del.ts'
import type { WalkOptions } from './walk-options.ts'

/**
 * Removes every endpoint of a network that is not among the valid ones, by the records on the host; with the last one what the
 * network shares, and what leads to endpoints that have gone with their namespaces. Goes on past errors, and reports them at the end.
 *
 * @param endpoint any of the network
 */
export function gc<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  ipam: { readonly type: string } | undefined,
  request: GcRequest,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const records = yield* endpointsOf(engine, host, endpoint)
    const stale = records.filter((record) => !request.validAttachments.some((valid) => isSameEndpoint(valid, record)))
    const problems: string[] = []
    const release = async (collected: readonly EndpointRecord[], kept: readonly EndpointRecord[]) => {
      if (ipam === undefined) return
      const released = await ipamGc({ ...request, type: ipam.type }, { collected, kept })
      if (released.isErr()) problems.push(released.error.msg)
    }
    const { interfaceFirst } = engine.plugin
    // By interfaces that still exist, as a DEL does.
    if (interfaceFirst) await release(stale, [])
    const collected: EndpointRecord[] = []
    const kept: EndpointRecord[] = []
    for (const record of stale) {
      const removed = await removeRecorded(engine, host, endpoint, record, options)
      const list = removed.isOk() ? collected : kept
      list.push(record)
      if (removed.isErr()) problems.push(engine.errors.describe(removed.error))
    }
    const failures = await removeLeftovers(engine, host, endpoint, options)
    problems.push(...failures.map(engine.errors.describe))
    if (!interfaceFirst) await release(collected, kept)
    return problems.length === 0 ? ok() : err<void, Failure>({ kind: 'not collected', problems })
  })
}

/** Lists the endpoints of a network; none if the namespace that it lies in is missing. */
export function endpointsOf<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<readonly EndpointRecord[], Failure> {
  return safeTry<readonly EndpointRecord[], Failure>(async function* () {
    const { scene, view } = yield* observeToRemove(engine, host, endpoint)
    if (scene.network === undefined) return ok([])
    const links = yield* scene.network.links()
    const newer = newerLink(engine.format, links)
    // Whose they are cannot be known.
    if (newer !== undefined) return err<readonly EndpointRecord[], Failure>({ kind: 'newer record', link: newer.name })
    return ok(endpointsAmong(engine, links, endpoint, view))
  })
}

/**
 * Removes an endpoint of a network, by its record.
 *
 * @param endpoint any of the network
 */
export function removeRecorded<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  record: EndpointRecord,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  return del(engine, host, recordedEndpoint(engine, endpoint, record), options)
}

/** Removes what endpoints have left behind that are gone: what leads to them, and the network, if it has none any more. */
export async function removeLeftovers<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): Promise<readonly Failure[]> {
  const removals: readonly Result<void, Failure>[] = [
    await removeOrphans(engine, host, endpoint, options).andThen((removal) => removal),
    await removeUnusedNetwork(engine, host, endpoint, options),
  ]
  return removals.flatMap((removal) => (removal.isErr() ? [removal.error] : []))
}
