import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { type RevertError, revert } from '@vpc-bridge/step'
import { err, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { stepsOf, type WalkOptions } from './add.ts'
import type { Definition, Endpoint } from './definition.ts'
import { type EndpointRecord, endpointsOf, readEndpoint } from './endpoint-record.ts'
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
    const hostLink = yield* host.link(endpoint.hostLink.name)
    if (format.isNewer(hostLink?.alias))
      return err<void, Failure>({ kind: 'newer record', link: endpoint.hostLink.name })
    const others = yield* othersOf(format, host, endpoint)
    const mine = yield* ownedPart(format, endpoint, { container, hostLink, others })
    const removed =
      mine === undefined
        ? ok()
        : await revert(stepsOf(plugin, format, yield* plugin.observe(host, mine), mine).own, host, options)
    // Asked again: others may have been removed at the same time.
    if ((yield* othersOf(format, host, endpoint)).length > 0) return removed
    return bothRemoved(removed, yield* removeUnusedNetwork(plugin, format, host, endpoint, options))
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
        if ((yield* othersOf(format, host, endpoint)).length > 0) return ok(ok())
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
 * Returns the endpoint as far as it is this network's, with the addresses of its record; `undefined` if nothing is. Without the host
 * link all that tells of the endpoint are its addresses, and those that another endpoint has are that one's.
 */
function ownedPart<C>(
  format: RecordFormat,
  endpoint: Endpoint<C>,
  { container, hostLink, others }: Found,
): ResultAsync<Endpoint<C> | undefined, KernelError> {
  if (hostLink !== undefined) {
    const record = readEndpoint(format, hostLink.alias)
    const isForeign = record === undefined ? (hostLink.alias ?? '') !== '' : record.network !== endpoint.network
    return okAsync(isForeign ? undefined : withAddresses(endpoint, record?.addresses ?? []))
  }
  const held = new Set(others.flatMap(({ addresses }) => addresses))
  const free = { ...endpoint, ips: endpoint.ips.filter(({ address }) => !held.has(address)) }
  if (container === undefined) return okAsync(free)
  return container.link(endpoint.ifName).map((link) => (link === undefined ? free : undefined))
}

function withAddresses<C>(endpoint: Endpoint<C>, addresses: readonly string[]): Endpoint<C> {
  const unknown = addresses.filter((each) => !endpoint.ips.some(({ address }) => address === each))
  return { ...endpoint, ips: [...endpoint.ips, ...unknown.map((address) => ({ address }))] }
}

function othersOf<C>(
  format: RecordFormat,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<readonly EndpointRecord[], KernelError> {
  return endpointsOf(format, host, endpoint.network).map((records) =>
    records.filter((record) => !isSameEndpoint(record, endpoint)),
  )
}

function bothRemoved(...removals: readonly Removal[]): Removal {
  const failed: RevertError<KernelError>['failed'][number][] = []
  for (const removal of removals) if (removal.isErr()) failed.push(...removal.error.failed)
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
