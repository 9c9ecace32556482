import { type KernelError, type Link, type Netns, openIfPresent } from '@vpc-bridge/kernel'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { isSameEndpoint } from '../endpoint/names.ts'
import type { Failure } from '../errors/failure.ts'
import { readEndpoint } from '../records/endpoint-record.ts'
import { openContainerIfPresent } from './open-container.ts'
import type { Making, Place, Removing } from './scene.ts'

/** Opens what an ADD is about. The network's namespace must exist. */
export function lookAround<C, V, F extends OwnFailure>(
  { plugin, format }: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  container: Netns | undefined,
): ResultAsync<Making, Failure> {
  return safeTry<Making, Failure>(async function* () {
    const place = plugin.place?.(endpoint.config)
    const { network, networkPath } = yield* openPlace(host, place)
    if (network === undefined) return err<Making, Failure>({ kind: "network's namespace missing", ...missing(place) })
    if (networkPath !== undefined && container?.id === network.id)
      return err<Making, Failure>({ kind: "network's namespace", netns: endpoint.netns, key: missing(place).key })
    const hostLink = yield* network.link(endpoint.hostLink.name)
    return ok({
      host,
      network,
      networkPath,
      container,
      hostLink,
      record: readEndpoint(format, hostLink?.alias),
      others: [],
    })
  })
}

/** Opens what a DEL is about, as far as it exists. The host link is found by its name or, if somebody has renamed it, by its record. */
export function lookAroundToRemove<C, V, F extends OwnFailure>(
  { plugin, format }: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<Removing, Failure> {
  return safeTry<Removing, Failure>(async function* () {
    const container = yield* openContainerIfPresent(host, endpoint.netns)
    const { network, networkPath } = yield* openPlace(host, plugin.place?.(endpoint.config))
    const isIts = ({ alias }: Link) => {
      const record = readEndpoint(format, alias)
      return record?.network === endpoint.network && isSameEndpoint(record, endpoint)
    }
    const named = yield* network === undefined ? okAsync(undefined) : network.link(endpoint.hostLink.name)
    const links = yield* network === undefined || named !== undefined ? okAsync([]) : network.links()
    const hostLink = named ?? links.find(isIts)
    const record = readEndpoint(format, hostLink?.alias)
    return ok({ host, network, networkPath, container, hostLink, record, others: [], of: 'endpoint' as const })
  })
}

/** Opens the namespace that a network lies in. A path to the host's own is none. */
export function openPlace(
  host: Netns,
  place: Place | undefined,
): ResultAsync<Pick<Removing, 'network' | 'networkPath'>, KernelError> {
  const hosts = { network: host, networkPath: undefined }
  if (place === undefined) return okAsync(hosts)
  return openIfPresent(host, place.path).map((network) =>
    network?.id === host.id ? hosts : { network, networkPath: place.path },
  )
}

/** Names a place that is missing; there is one, since the host's namespace always exists. */
function missing(place: Place | undefined): { readonly netns: string; readonly key: string } {
  return { netns: place?.path ?? '', key: place?.key ?? '' }
}
