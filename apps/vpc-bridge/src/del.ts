import {
  isGone,
  type KernelError,
  type Link,
  lookUpOnce,
  type MacTranslationEntry,
  type Netns,
  type Route,
} from '@vpc-bridge/kernel'
import { findEni } from '@vpc-bridge/link'
import { macNatEndpoint } from '@vpc-bridge/mac-nat'
import { isNoNetns } from '@vpc-bridge/netns'
import { forgetNeighbour, route } from '@vpc-bridge/route'
import { type Observe, type RevertError, revert } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, type EniBefore, readEndpointAlias, readNetworkAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { type EndpointSteps, endpointSteps, type Steps } from './endpoint.ts'
import type { Failure } from './failure.ts'
import { hostOf, hostPrefix } from './ip-text.ts'
import { type FormerEni, locateNetwork, noEni } from './locate-network.ts'
import { type EndpointIdentity, hostVethName, isSameEndpoint, networkNames } from './names.ts'
import { anyTable } from './own-table.ts'
import { isNewerRecord } from './record-text.ts'
import { stateOf } from './recorded-before.ts'
import { endpointsIn, holdersOf } from './recorded-endpoints.ts'
import { refuseNewer } from './refuse-newer.ts'
import { siteIfThere } from './site.ts'
import { strayRules, strayTables } from './stray-rules.ts'
import { takingAlong } from './taking-along.ts'
import { isOwnTap } from './tap-interface.ts'
import { underLock, type Waiting } from './under-lock.ts'
import { recoveredTable } from './way-out.ts'

/** An interruption ends the wait for others, with an error; what is begun is done to the end. */
export interface DelOptions extends Waiting {
  readonly observe?: Observe<KernelError>
}

/** How a removal went. */
type Removal = Result<void, RevertError<KernelError>>

/** Where a network is looked for: nowhere, if the namespace of its bridge is gone. */
interface Where {
  readonly host: Netns
  readonly site: Netns | undefined
}

/**
 * Removes a container's endpoint, and with the last one the network: whatever is there of them. What is gone already is
 * no error, whether that is the namespace, the interface, the ENI or everything.
 */
export function del(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    yield* refuseHost(outer, attachment)
    const where = yield* whereIs(outer, attachment)
    const eni = yield* eniOfNetwork(where, attachment)
    const near = yield* hostEnd(where, attachment)
    yield* refuseNewer(near, yield* bridgeOf(where, eni, attachment))
    // Before anything is removed: a wait for others that is interrupted leaves everything as it is.
    if (!(yield* isInUse(where, eni, attachment, attachment))) return yield* removeLast(outer, attachment, options)
    // Most often others use the network, and then nobody has to be waited for.
    const endpoint = yield* disconnect(where, near, eni, attachment, options)
    if (!(yield* isInUse(where, eni, attachment))) {
      return allRemoved(endpoint, yield* removeIfUnused(outer, attachment, options))
    }
    // What is left of an endpoint whose record is gone, and of which no address is told, can only be known by leading to nobody.
    if (near !== undefined || attachment.addresses.length > 0) return allRemoved(endpoint)
    return allRemoved(endpoint, yield* collectStrays(outer, attachment, options))
  })
}

/** Removes the last endpoint of a network, and the network unless it is in use by the time that nobody else changes it. */
function removeLast(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<Removal, Failure> {
  return removeAlone(outer, attachment, options, (where, eni) =>
    safeTry<Removal, KernelError>(async function* () {
      return ok(yield* disconnect(where, yield* hostEnd(where, attachment), eni, attachment, options))
    }),
  )
}

/** Removes something, and then the network unless it is in use, while nobody else changes it: others may have come by then. */
function removeAlone(
  outer: Netns,
  attachment: Attachment,
  options: DelOptions,
  first: (where: Where, eni: FormerEni) => ResultAsync<Removal, KernelError>,
): ResultAsync<Removal, Failure> {
  return underLock(
    outer,
    'exclusive',
    () =>
      safeTry<Removal, Failure>(async function* () {
        const where = yield* whereIs(outer, attachment)
        const eni = yield* eniOfNetwork(where, attachment)
        const removed = yield* first(where, eni)
        if (yield* isInUse(where, eni, attachment)) return ok(removed)
        return ok(allRemoved(removed, yield* removeNetwork(where, eni, attachment, options)))
      }),
    options,
  )
}

function hostEnd({ site }: Where, attachment: Attachment): ResultAsync<Link | undefined, KernelError> {
  return site === undefined ? okAsync(undefined) : site.link(hostVethName(attachment))
}

function bridgeOf(
  { site }: Where,
  eni: FormerEni,
  { network }: Attachment,
): ResultAsync<Link | undefined, KernelError> {
  return site === undefined ? okAsync(undefined) : site.link(networkNames(network, eni).bridge)
}

/** Removes a network that has no endpoints. */
export function removeUnusedNetwork(
  outer: Netns,
  attachment: Attachment,
  options: DelOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const where = yield* whereIs(outer, attachment)
    if (yield* isInUse(where, yield* eniOfNetwork(where, attachment), attachment)) return ok()
    return yield* removeIfUnused(outer, attachment, options)
  })
}

/**
 * Removes what leads to endpoints that are gone: routes for single addresses by the network's bridge, and translations of
 * MAC addresses, that are for none of an endpoint that is there.
 */
export function removeStrays(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<void, Failure> {
  return collectStrays(outer, attachment, options).andThen((removal): Result<void, Failure> => removal)
}

function collectStrays(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<Removal, Failure> {
  // What leads to an endpoint that is being made is no stray.
  return underLock(
    outer,
    'exclusive',
    () =>
      safeTry<Removal, Failure>(async function* () {
        const { site } = yield* whereIs(outer, attachment)
        return ok(site === undefined ? ok() : await revert(yield* straysIn(site, attachment), site))
      }),
    options,
  )
}

function straysIn(site: Netns, attachment: Attachment): ResultAsync<Steps, KernelError> {
  return safeTry<Steps, KernelError>(async function* () {
    const eni = (yield* locateNetwork(site, attachment)) ?? noEni
    const { bridge } = networkNames(attachment.network, eni)
    const records = yield* endpointsIn(site, attachment)
    const bridgeLink = yield* site.link(bridge)
    if (bridgeLink === undefined) return ok([])
    // The alias of an endpoint whose addresses it has no room for does not tell what leads to it.
    if (records.some(({ addresses }) => addresses.length === 0)) return ok([])
    const addresses = records.flatMap((record) => record.addresses)
    if (attachment.bridgeType === 'L2') {
      const { entries = [] } = (yield* site.macTranslation(eni.name)) ?? {}
      const stray = entries.filter(({ address }) => !addresses.some((each) => hostOf(each) === address))
      const toStep = ({ address, mac }: MacTranslationEntry) =>
        takingAlong(macNatEndpoint({ dev: eni.name, address, mac }), [forgetNeighbour({ dev: bridge, address })])
      return ok(stray.map(toStep))
    }
    const wanted = new Set(addresses.map(hostPrefix))
    const routes = [
      ...(yield* site.routes({ family: 'inet', dev: bridge })),
      ...(yield* site.routes({ family: 'inet6', dev: bridge })),
    ]
    const stray = routes.filter(
      ({ destination, protocol }) =>
        /\/32$|\/128$/.test(destination) && protocol === 'boot' && !wanted.has(destination),
    )
    const toStep = (each: Route) =>
      takingAlong(route(each), [forgetNeighbour({ dev: bridge, address: hostOf(each.destination) })])
    const { table } = readNetworkAlias(bridgeLink.alias) ?? {}
    const rules = yield* table === undefined ? okAsync([]) : strayRules(site, table, addresses)
    return ok([...stray.map(toStep), ...rules])
  })
}

function whereIs(outer: Netns, attachment: Attachment): ResultAsync<Where, Failure> {
  const host = lookUpOnce(outer)
  return siteIfThere(host, attachment).map((site) => ({ host, site: site?.netns }))
}

/** Removes what is the endpoint's own. */
function disconnect(
  where: Where,
  near: Link | undefined,
  eni: FormerEni,
  attachment: Attachment,
  options: DelOptions,
): ResultAsync<Removal, KernelError> {
  return safeTry<Removal, KernelError>(async function* () {
    const record = readEndpointAlias(near?.alias)
    // After an ADD that was refused, since the container has an interface of that name by another network.
    if (record !== undefined && record.network !== attachment.network) return ok(ok())
    const recorded = asRecorded(attachment, record)
    const addresses = near === undefined ? yield* withoutHeld(where.site, recorded) : recorded.addresses
    const table = yield* tableOf(where, eni, { ...recorded, addresses })
    const steps = stepsOf({ ...recorded, addresses }, eni, untouched, table)
    return ok(await revert(yield* ownSteps(where.host, near, recorded, steps), where.host, options))
  })
}

/** Whether the network is in use is asked again, under the lock: others may have come in the meantime. */
function removeIfUnused(outer: Netns, attachment: Attachment, options: DelOptions): ResultAsync<Removal, Failure> {
  return removeAlone(outer, attachment, options, () => okAsync(ok()))
}

function removeNetwork(
  { host, site }: Where,
  eni: FormerEni,
  attachment: Attachment,
  options: DelOptions,
): ResultAsync<Removal, KernelError> {
  return safeTry<Removal, KernelError>(async function* () {
    const bridge = yield* bridgeOf({ host, site }, eni, attachment)
    const record = readNetworkAlias(bridge?.alias)
    const { bridgeType } = record ?? attachment
    const links = yield* site === undefined ? okAsync([]) : site.links()
    const isShared = links.some((link) => link.name !== bridge?.name && mayBeOn(eni, link))
    const before = yield* site === undefined ? okAsync(untouched) : toPutBack(site, eni, bridge, isShared)
    const shared = stepsOf({ ...attachment, bridgeType }, eni, before, record?.table)
    const strays = yield* site === undefined || bridge !== undefined ? okAsync([]) : strayTables(site, links)
    const swept = site === undefined ? ok() : await revert(strays, site, options)
    const putBack = await revert(shared.eni, host, options)
    // The record of what to put back is on the bridge, for the DEL that will be tried again.
    const network = putBack.isOk() ? await revert(shared.network, host, options) : ok()
    const home = putBack.isOk() && network.isOk() && !isShared ? await revert(shared.away, host, options) : ok()
    return ok(allRemoved(swept, putBack, network, home))
  })
}

/** Whether a link is a bridge of a network on an ENI, as far as its record can be read. */
function mayBeOn(eni: FormerEni, { kind, alias }: Link): boolean {
  return kind === 'bridge' && (isNewerRecord(alias) || readNetworkAlias(alias)?.eni === eni.name)
}

function stepsOf(attachment: Attachment, eni: FormerEni, before: EniBefore, table: number | undefined): EndpointSteps {
  const families = before.inet6 === undefined ? (['inet'] as const) : (['inet', 'inet6'] as const)
  const ownTable = table === undefined ? {} : { ownTable: anyTable(table) }
  const shared = { families, eni: { mac: '', ...eni, before }, ...ownTable }
  return endpointSteps({ ...attachment, netns: attachment.netns ?? '', ...shared })
}

/** The table of an endpoint's network, by its record, or, if its bridge has been deleted, by the rules of the endpoint. */
function tableOf(where: Where, eni: FormerEni, attachment: Attachment): ResultAsync<number | undefined, KernelError> {
  const { site } = where
  return bridgeOf(where, eni, attachment).andThen((bridge) =>
    site === undefined || bridge !== undefined
      ? okAsync(readNetworkAlias(bridge?.alias)?.table)
      : recoveredTable(site, () => okAsync(attachment.addresses)),
  )
}

/**
 * The addresses that no other endpoint has: an ADD that was refused, or never was, may have been for one that is in use. Where
 * the endpoint is there that is not asked, for then they are its own: to ask costs the more the more endpoints there are.
 */
function withoutHeld(site: Netns | undefined, attachment: Attachment): ResultAsync<readonly string[], KernelError> {
  if (site === undefined) return okAsync(attachment.addresses)
  return holdersOf(site, attachment).map((holders) => attachment.addresses.filter((address) => !holders.has(address)))
}

/** As the ADD was told to make it: a DEL may come without the addresses that an IPAM plugin gave, or without a namespace. */
function asRecorded(attachment: Attachment, record: EndpointRecord | undefined): Attachment {
  if (record === undefined) return attachment
  const { addresses, mac, netns, interfaceType } = record
  return {
    ...attachment,
    interfaceType,
    ...(mac === undefined ? {} : { mac }),
    ...(attachment.netns === undefined && netns !== undefined ? { netns } : {}),
    addresses: [...new Set([...attachment.addresses, ...addresses])],
  }
}

/**
 * What of an endpoint is its own. After an ADD that was refused because of an interface of that name, the interface and the
 * routes to its addresses are another endpoint's. A veth interface needs no steps in the container: it goes with the pair.
 */
function ownSteps(
  host: Netns,
  near: Link | undefined,
  attachment: Attachment,
  steps: EndpointSteps,
): ResultAsync<Steps, KernelError> {
  const own = [...steps.port, ...steps.endpoint, ...(attachment.interfaceType.type === 'tap' ? steps.container : [])]
  if (near !== undefined) return okAsync(own)
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
  { site }: Where,
  eni: FormerEni,
  attachment: Attachment,
  but?: EndpointIdentity,
): ResultAsync<boolean, KernelError> {
  return safeTry<boolean, KernelError>(async function* () {
    if (site === undefined) return ok(false)
    const { bridge, dummy } = networkNames(attachment.network, eni)
    const others = [dummy, eni.name, ...(but === undefined ? [] : [hostVethName(but)])]
    const ports = yield* site
      .links({ master: bridge, limit: others.length })
      .orElse((error) => (isGone(error) ? okAsync([]) : errAsync(error)))
    if (ports.some(({ name }) => !others.includes(name))) return ok(true)
    const records = yield* endpointsIn(site, attachment)
    return ok(records.some((record) => but === undefined || !isSameEndpoint(record, but)))
  })
}

function eniOfNetwork({ host, site }: Where, attachment: Attachment): ResultAsync<FormerEni, KernelError> {
  const { eni } = attachment
  // It may be on its way to or from the bridge's namespace.
  const unknown = eni.by === 'name' ? { ...noEni, name: eni.name } : noEni
  if (site === undefined) return findEni(host, eni).map((found) => found ?? unknown)
  return locateNetwork(site, attachment).map((found) => found ?? unknown)
}

/** Where nothing is put back: no revert of an endpoint's own steps looks at it. */
const untouched: EniBefore = { up: true, forwarding: '1' }

/** How to leave the ENI: as it was before the network came, or as it is, if others need it so. */
function toPutBack(
  site: Netns,
  { name }: FormerEni,
  bridge: Link | undefined,
  isShared: boolean,
): ResultAsync<EniBefore, KernelError> {
  return safeTry<EniBefore, KernelError>(async function* () {
    const eni = yield* site.link(name)
    if (eni === undefined) return ok(untouched)
    const record = readNetworkAlias(bridge?.alias)
    if (record === undefined || isShared) return ok(yield* stateOf(site, eni, 'L3', ['inet']))
    // Whoever has given it an address in the meantime wants it up.
    const { isAddressed = false } = record.before
    const addresses = [
      ...(yield* site.addresses(name)),
      ...(record.bridgeType === 'L2' && bridge !== undefined ? yield* site.addresses(bridge.name) : []),
    ]
    const up = record.before.up || (!isAddressed && addresses.some(({ address }) => !address.startsWith('fe80:')))
    return ok({ ...record.before, up })
  })
}

function refuseHost(host: Netns, { netns }: Attachment): ResultAsync<void, Failure> {
  if (netns === undefined) return okAsync()
  return host
    .open(netns)
    .mapErr((error): Failure => error)
    .andThen((container) =>
      container.id === host.id ? errAsync<void, Failure>({ kind: "host's namespace", netns }) : okAsync(),
    )
    .orElse((error) => (error.kind === 'kernel' && isNoNetns(error) ? okAsync() : errAsync(error)))
}

function allRemoved(...removals: readonly Removal[]): Removal {
  const failed: RevertError<KernelError>['failed'][number][] = []
  for (const removal of removals) if (removal.isErr()) failed.push(...removal.error.failed)
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
