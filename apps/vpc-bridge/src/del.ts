import { isGone, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { isNoNetns } from '@vpc-bridge/netns'
import {
  type EndpointIdentity,
  isSameEndpoint,
  openContainerIfPresent,
  type Waiting,
  withLock,
} from '@vpc-bridge/plugin'
import { recoveredTable } from '@vpc-bridge/route'
import { type Observe, revert } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { EndpointSteps, Steps } from './endpoint.ts'
import type { Failure } from './failure.ts'
import { endpointsAmong, holdersOf } from './recorded-endpoints.ts'
import { refuseNewer } from './refuse-newer.ts'
import { allRemoved, type Removal, removeNetwork, untouched } from './remove-network.ts'
import { lookAround, optional, type Scene, stepsOnceMade } from './scene.ts'
import { straysIn } from './strays.ts'
import { isOwnTap } from './tap-interface.ts'

/** An interruption ends the wait for others, with an error; what is begun is done to the end. */
export interface DelOptions extends Waiting {
  readonly observe?: Observe<KernelError>
}

/**
 * Removes a container's endpoint, and with the last one the network: whatever is there of them. What is gone already is
 * no error, whether that is the namespace, the interface, the ENI or everything.
 */
export function del(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    yield* openContainerIfPresent(outer, attachment.netns ?? '')
    const scene = yield* lookAround(outer, attachment)
    const { near, network } = scene
    yield* refuseNewer(near, network.bridge)
    // Before anything is removed: a wait for others that is interrupted leaves everything as it is.
    if (!(yield* isInUse(scene, attachment, attachment))) return yield* removeLast(outer, attachment, options)
    // Most often others use the network, and then nobody has to be waited for.
    const endpoint = yield* disconnect(scene, attachment, options)
    if (!(yield* isInUse(scene, attachment))) {
      return allRemoved(endpoint, yield* removeIfUnused(outer, attachment, options))
    }
    // What is left of an endpoint of which neither record nor request tells an address can only be known by leading to nobody.
    const isTold = [attachment, readEndpointAlias(near?.alias)].some((each) => (each?.addresses.length ?? 0) > 0)
    if (isTold) return allRemoved(endpoint)
    return allRemoved(endpoint, yield* collectStrays(outer, attachment, options))
  })
}

/** Removes the last endpoint of a network, and the network unless it is in use by the time that nobody else changes it. */
function removeLast(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<Removal, Failure> {
  return removeAlone(outer, attachment, options, (scene) => disconnect(scene, attachment, options))
}

/** Removes something, and then the network unless it is in use, while nobody else changes it: others may have come by then. */
function removeAlone(
  outer: Netns,
  attachment: Attachment,
  options: DelOptions,
  first: (scene: Scene) => ResultAsync<Removal, KernelError>,
): ResultAsync<Removal, Failure> {
  return withLock(
    outer,
    'exclusive',
    () =>
      safeTry<Removal, Failure>(async function* () {
        const scene = yield* lookAround(outer, attachment)
        const removed = yield* first(scene)
        // What could not be removed needs the network's record to be found again.
        if (removed.isErr() || (yield* isInUse(scene, attachment))) return ok(removed)
        return ok(allRemoved(removed, yield* removeNetwork(scene, attachment, options)))
      }),
    options,
  )
}

/** Removes a network that has no endpoints. */
export function removeUnusedNetwork(
  outer: Netns,
  attachment: Attachment,
  options: DelOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    if (yield* isInUse(yield* lookAround(outer, attachment), attachment)) return ok()
    return yield* removeIfUnused(outer, attachment, options)
  })
}

/** Whether the network is in use is asked again, under the lock: others may have come in the meantime. */
function removeIfUnused(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<Removal, Failure> {
  return removeAlone(outer, attachment, options, () => okAsync(ok()))
}

/** Removes what leads to endpoints of a network that are gone. */
export function removeStrays(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<void, Failure> {
  return collectStrays(outer, attachment, options).andThen((removal): Result<void, Failure> => removal)
}

function collectStrays(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<Removal, Failure> {
  // What leads to an endpoint that is being made is no stray.
  return withLock(
    outer,
    'exclusive',
    () =>
      safeTry<Removal, Failure>(async function* () {
        const { site } = yield* lookAround(outer, attachment)
        return ok(site === undefined ? ok() : await revert(yield* straysIn(site, attachment), site))
      }),
    options,
  )
}

/** Removes what is the endpoint's own. */
function disconnect(scene: Scene, attachment: Attachment, options: DelOptions): ResultAsync<Removal, KernelError> {
  return safeTry<Removal, KernelError>(async function* () {
    const { host, near } = scene
    const record = readEndpointAlias(near?.alias)
    // After an ADD that was refused, since the container has an interface of that name by another network.
    if (record !== undefined && record.network !== attachment.network) return ok(ok())
    const made = asMade(attachment, record)
    const addresses = yield* addressesOf(scene, made, record)
    const table = yield* tableOf(scene, addresses)
    const steps = stepsOnceMade(scene, { ...made, addresses }, { before: untouched, table })
    return ok(await revert(yield* ownSteps(scene, made, steps), host, options))
  })
}

/** The table of an endpoint's network, by its record, or, if that has been deleted, by the rules of the endpoint. */
function tableOf(
  { site, network: { record } }: Scene,
  addresses: readonly string[],
): ResultAsync<number | undefined, KernelError> {
  if (site === undefined || record !== undefined) return okAsync(record?.table)
  return recoveredTable(site, () => okAsync(addresses))
}

/** As the ADD was told to make it: the configuration may have been changed since, and a DEL may come without a namespace. */
function asMade({ mac, ...attachment }: Attachment, record: EndpointRecord | undefined): Attachment {
  if (record === undefined) return { ...attachment, ...(mac === undefined ? {} : { mac }) }
  const { netns, interfaceType } = record
  return {
    ...attachment,
    interfaceType,
    ...(record.mac === undefined ? {} : { mac: record.mac }),
    ...(attachment.netns === undefined && netns !== undefined ? { netns } : {}),
  }
}

/**
 * The addresses of an endpoint: those of its record. Without one, those that are told, and those of an interface that the reference
 * plugin made; but for those of other endpoints, since an ADD that was refused, or never was, may have been for one that is in use.
 */
function addressesOf(
  { host, site, near }: Scene,
  attachment: Attachment,
  record: EndpointRecord | undefined,
): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    if (record !== undefined && record.addresses.length > 0) return ok(record.addresses)
    const { netns, ifName } = attachment
    const isReferences = near !== undefined && record === undefined
    const container = isReferences && netns !== undefined ? yield* optional(host.open(netns)) : undefined
    const found = yield* container === undefined ? okAsync([]) : container.addresses(ifName).orElse(() => okAsync([]))
    const routed = found.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'))
    const addresses = [...new Set([...attachment.addresses, ...routed])]
    if (site === undefined) return ok(addresses)
    const holders = yield* holdersOf(site, { ...attachment, addresses })
    return ok(addresses.filter((address) => !holders.has(address)))
  })
}

/**
 * What of an endpoint is its own. After an ADD that was refused because of an interface of that name, the interface and the
 * routes to its addresses are another endpoint's. A veth interface needs no steps in the container: it goes with the pair.
 */
function ownSteps(
  { host, near, network }: Scene,
  attachment: Attachment,
  steps: EndpointSteps,
): ResultAsync<Steps, KernelError> {
  const own = [...steps.port, ...steps.endpoint, ...(attachment.interfaceType.type === 'tap' ? steps.container : [])]
  if (near !== undefined) return okAsync(own)
  // Nor is what leads to somebody else's bridge.
  if (network.foreign !== undefined) return okAsync([])
  return containerInterface(host, attachment).map((found) => (found === undefined || found === 'own' ? own : []))
}

/** Whose the container's interface of that name is; `undefined` when it is not there, or the namespace is not. */
function containerInterface(
  host: Netns,
  attachment: Attachment,
): ResultAsync<'own' | "somebody else's" | undefined, KernelError> {
  const { netns, ifName, interfaceType } = attachment
  if (netns === undefined) return okAsync(undefined)
  return host
    .open(netns)
    .andThen((container) =>
      container.link(ifName).andThen((link) => {
        if (link === undefined) return okAsync(undefined)
        const isOwn = interfaceType.type === 'tap' ? isOwnTap(container, attachment) : okAsync(false)
        return isOwn.map((own) => (own ? 'own' : "somebody else's"))
      }),
    )
    .orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}

/**
 * Whether a network has any endpoint: whether its bridge has any port that is not the network's own, or any interface says
 * that it is one, which somebody may have taken off the bridge.
 *
 * @param but an endpoint that does not count
 */
function isInUse(
  { site, network, near }: Scene,
  attachment: Attachment,
  but?: EndpointIdentity,
): ResultAsync<boolean, KernelError> {
  return safeTry<boolean, KernelError>(async function* () {
    if (site === undefined) return ok(false)
    const { names, bridge, eni } = network
    const own = [names.dummy, names.dummyAltName, eni?.name, but === undefined ? undefined : near?.name]
    const ports = yield* bridge === undefined
      ? okAsync([])
      : site
          .links({ master: bridge.name, limit: own.length })
          .orElse((error) => (isGone(error) ? okAsync([]) : errAsync(error)))
    if (ports.some(({ name }) => !own.includes(name))) return ok(true)
    const records = endpointsAmong(yield* site.links(), attachment.network, network)
    return ok(records.some((record) => but === undefined || !isSameEndpoint(record, but)))
  })
}
