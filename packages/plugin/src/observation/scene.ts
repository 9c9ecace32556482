import { type KernelError, type Link, type Netns, openIfPresent } from '@vpc-bridge/kernel'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { Endpoint, OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import { isSameEndpoint } from '../endpoint/names.ts'
import type { Failure } from '../errors/failure.ts'
import { type EndpointRecord, readEndpoint } from '../records/endpoint-record.ts'
import { openContainerIfPresent } from './open-container.ts'

/** A namespace that a configuration names for a network to lie in. */
export interface Place {
  readonly path: string
  /** The key of the configuration that names it. */
  readonly key: string
}

/** What the engine finds before a plugin observes. */
export interface Scene {
  readonly host: Netns
  /** Path of the network's namespace, where that is not the host's. */
  readonly networkPath: string | undefined
  /** `undefined`: STATUS is about no container, and for a removal it may be missing. */
  readonly container: Netns | undefined
  /** The link that carries the endpoint's record, or that is to: on the host, or where the network lies. */
  readonly hostLink: Link | undefined
  /** What that tells; `undefined`: nothing. */
  readonly record: EndpointRecord | undefined
  /** Other endpoints of the network, when it is made anew for them, too. */
  readonly others: readonly EndpointRecord[]
}

/** What the engine finds before a removal. */
export interface Removing extends Scene {
  /** The namespace that the network lies in; `undefined`: it is missing. */
  readonly network: Netns | undefined
  /** `network`: all that its endpoints share is to be removed. */
  readonly of: 'endpoint' | 'network'
}

/** A scene with the network's namespace. */
export type Making = Scene & { readonly network: Netns }

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
