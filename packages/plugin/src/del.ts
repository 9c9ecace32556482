import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { type RevertError, revert } from '@vpc-bridge/step'
import { err, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { stepsOf, type WalkOptions } from './add.ts'
import type { Definition, Endpoint } from './definition.ts'
import { type EndpointRecord, endpointsAmong, newerLink, readEndpoint } from './endpoint-record.ts'
import type { Failure } from './failure.ts'
import { withLock } from './lock.ts'
import { isSameEndpoint } from './names.ts'
import { openContainerIfPresent } from './open-container.ts'
import type { RecordFormat } from './record.ts'

/** How a removal went. */
type Removal = Result<void, RevertError<KernelError>>

/**
 * Removes an endpoint, and with the last one all that its network shares. What is missing already is no error: the namespace, the
 * interface, or everything. What is another's is left: after an ADD that was refused nothing is removed.
 */
export function del<C, V>(
  plugin: Definition<C, V>,
  format: RecordFormat,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const container = yield* openContainerIfPresent(host, endpoint.netns)
    const hostLink = yield* hostLinkOf(format, host, endpoint)
    if (format.isNewer(hostLink?.alias))
      return err<void, Failure>({ kind: 'newer record', link: endpoint.hostLink.name })
    const others = othersAmong(format, yield* host.links(), endpoint)
    const mine = yield* ownedPart(format, endpoint, { container, hostLink, others })
    const removed =
      mine === undefined
        ? ok()
        : await revert(stepsOf(plugin, format, yield* plugin.observe(host, mine), mine).own, host, options)
    // What is shared carries what could not be removed; and asked again: others may have been removed at the same time.
    if (removed.isErr() || othersAmong(format, yield* host.links(), endpoint).length > 0) return removed
    return yield* removeUnusedNetwork(plugin, format, host, mine ?? endpoint, options)
  })
}

/** Finds the host's link of an endpoint, by its name or, if somebody has renamed it, by its record. */
function hostLinkOf<C>(
  format: RecordFormat,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<Link | undefined, KernelError> {
  return host.link(endpoint.hostLink.name).andThen((link) => {
    if (link !== undefined) return okAsync(link)
    const isIts = (record: EndpointRecord | undefined) =>
      record?.network === endpoint.network && isSameEndpoint(record, endpoint)
    return host.links().map((links) => links.find(({ alias }) => isIts(readEndpoint(format, alias))))
  })
}

/** Removes what a network shares, unless it has endpoints by the time that no other process changes it. */
export function removeUnusedNetwork<C, V>(
  plugin: Definition<C, V>,
  format: RecordFormat,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<Removal, Failure> {
  return withLock(
    host,
    'exclusive',
    () =>
      safeTry<Removal, Failure>(async function* () {
        const links = yield* host.links()
        if (newerLink(format, links) !== undefined) return ok(ok())
        if (othersAmong(format, links, endpoint).length > 0) return ok(ok())
        const { shared } = stepsOf(plugin, format, yield* plugin.observe(host, endpoint), endpoint)
        return ok(await revert(shared, host, options))
      }),
    options,
  )
}

/** The surroundings of an endpoint that is to be removed. */
interface Found {
  /** Missing: its namespace is gone. */
  readonly container: Netns | undefined
  readonly hostLink: Link | undefined
  readonly others: readonly EndpointRecord[]
}

/**
 * Returns the endpoint as far as it is this network's; `undefined` if nothing is. Its addresses are those of its record; without
 * one, or without room in it, those that are told. Those that another endpoint has are that one's.
 */
function ownedPart<C>(
  format: RecordFormat,
  endpoint: Endpoint<C>,
  { container, hostLink, others }: Found,
): ResultAsync<Endpoint<C> | undefined, KernelError> {
  const held = new Set(others.flatMap(({ addresses }) => addresses))
  const free = (ips: Endpoint<C>['ips']) => ips.filter(({ address }) => !held.has(address))
  if (hostLink !== undefined) {
    const record = readEndpoint(format, hostLink.alias)
    if (format.isForeign(hostLink.alias) || (record !== undefined && record.network !== endpoint.network))
      return okAsync(undefined)
    const recorded = record?.addresses.map((address) => ({ address })) ?? []
    const ips = free(recorded.length > 0 ? recorded : endpoint.ips)
    return okAsync({ ...endpoint, ips, hostLink: { ...endpoint.hostLink, name: hostLink.name } })
  }
  const left = { ...endpoint, ips: free(endpoint.ips) }
  if (container === undefined) return okAsync(left)
  return container.link(endpoint.ifName).map((link) => (link === undefined ? left : undefined))
}

function othersAmong<C>(
  format: RecordFormat,
  links: readonly Link[],
  endpoint: Endpoint<C>,
): readonly EndpointRecord[] {
  return endpointsAmong(format, links, endpoint.network).filter((record) => !isSameEndpoint(record, endpoint))
}
