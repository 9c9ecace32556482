import { isGone, type KernelError, type Link, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { isNoNetns } from '@vpc-bridge/netns'
import { route } from '@vpc-bridge/route'
import { type Observe, type RevertError, revert } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type EniBefore, readEndpointAlias, readNetworkAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { Failure } from './failure.ts'
import { type EndpointSteps, hostPrefix, l3Veth } from './l3-veth.ts'
import { type FormerEni, locateNetwork } from './locate-network.ts'
import { hostVethName, networkNames } from './names.ts'
import { networksOn, stateOf } from './recorded-before.ts'
import { underLock } from './under-lock.ts'

export interface DelOptions {
  readonly observe?: Observe<KernelError>
}

/**
 * Removes a container's endpoint, and with the last one the network: whatever is there of them. What is gone already is
 * no error, whether that is the namespace, the interface, the ENI or everything.
 */
export function del(outer: Netns, attachment: Attachment, options: DelOptions = {}): ResultAsync<void, Failure> {
  const disconnect = (host: Netns) =>
    safeTry<Result<void, RevertError<KernelError>>, KernelError>(async function* () {
      const eni = (yield* locateNetwork(host, attachment)) ?? noEni
      const steps = stepsOf(yield* withRecordedAddresses(host, attachment), eni, untouched)
      return ok(await revert(yield* ownSteps(host, attachment, steps), host, options))
    }).mapErr((error): Failure => error)
  return safeTry<void, Failure>(async function* () {
    yield* refuseHost(outer, attachment)
    const endpoint = yield* disconnect(lookUpOnce(outer))
    const network = yield* removeIfUnused(outer, attachment, options)
    return allRemoved(endpoint, network)
  })
}

/** Removes a network that has no endpoints. */
export function removeUnusedNetwork(outer: Netns, attachment: Attachment): ResultAsync<void, Failure> {
  return removeIfUnused(outer, attachment, {}).andThen((removed) => removed)
}

/**
 * Removes the routes to endpoints that are gone: those to the network's bridge that are for single addresses, and for none
 * of an endpoint that is there.
 */
export function removeStrayRoutes(host: Netns, attachment: Attachment): ResultAsync<void, Failure> {
  // Those of an endpoint that is being made are not stray.
  return underLock(host, 'exclusive', () => removeRoutesToNobody(host, attachment))
}

function removeRoutesToNobody(host: Netns, attachment: Attachment): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const eni = (yield* locateNetwork(host, attachment)) ?? noEni
    const { bridge } = networkNames(attachment.network, eni)
    if ((yield* host.link(bridge)) === undefined) return ok()
    const ports = yield* host.links({ master: bridge })
    const records = ports.map(({ alias }) => readEndpointAlias(alias)).filter((record) => record !== undefined)
    // The alias of an endpoint whose addresses it has no room for does not tell which routes are its own.
    if (records.some(({ addresses }) => addresses.length === 0)) return ok()
    const wanted = new Set(records.flatMap(({ addresses }) => addresses.map(hostPrefix)))
    const routes = [
      ...(yield* host.routes({ family: 'inet', dev: bridge })),
      ...(yield* host.routes({ family: 'inet6', dev: bridge })),
    ]
    const stray = routes.filter(
      ({ destination, protocol }) =>
        /\/32$|\/128$/.test(destination) && protocol === 'boot' && !wanted.has(destination),
    )
    return allRemoved(await revert(stray.map(route), host))
  })
}

/** Whether it is in use is asked twice: most often it is, and then nobody has to be waited for. */
function removeIfUnused(
  outer: Netns,
  attachment: Attachment,
  options: DelOptions,
): ResultAsync<Result<void, RevertError<KernelError>>, Failure> {
  const isInUse = (host: Netns) =>
    locateNetwork(host, attachment).andThen((eni) => hasEndpoints(host, attachment.network, eni ?? noEni))
  return safeTry<Result<void, RevertError<KernelError>>, Failure>(async function* () {
    if (yield* isInUse(lookUpOnce(outer))) return ok(ok())
    return underLock(outer, 'exclusive', () => {
      const host = lookUpOnce(outer)
      return isInUse(host)
        .andThen((inUse) => (inUse ? okAsync(ok()) : removeNetwork(host, attachment, options)))
        .mapErr((error): Failure => error)
    })
  })
}

function removeNetwork(
  host: Netns,
  attachment: Attachment,
  options: DelOptions,
): ResultAsync<Result<void, RevertError<KernelError>>, KernelError> {
  return safeTry<Result<void, RevertError<KernelError>>, KernelError>(async function* () {
    const eni = (yield* locateNetwork(host, attachment)) ?? noEni
    const shared = stepsOf(attachment, eni, yield* toPutBack(host, attachment.network, eni))
    const putBack = await revert(shared.eni, host, options)
    // The record of what to put back is on the bridge, for the DEL that will be tried again.
    const network = putBack.isOk() ? await revert(shared.network, host, options) : ok()
    return ok(allRemoved(putBack, network))
  })
}

function stepsOf(attachment: Attachment, eni: FormerEni, before: EniBefore): EndpointSteps {
  const families = before.inet6 === undefined ? (['inet'] as const) : (['inet', 'inet6'] as const)
  return l3Veth({ ...attachment, netns: attachment.netns ?? '', families, eni: { mac: '', ...eni, before } })
}

/** With the addresses that the ADD was given: an IPAM plugin does not give them again. */
function withRecordedAddresses(host: Netns, attachment: Attachment): ResultAsync<Attachment, KernelError> {
  return host.link(hostVethName(attachment)).map((near) => {
    const recorded = readEndpointAlias(near?.alias)?.addresses ?? []
    return { ...attachment, addresses: [...new Set([...attachment.addresses, ...recorded])] }
  })
}

/**
 * What of an endpoint is its own. After an ADD that was refused because of an interface of that name, the interface and the
 * routes to its addresses are another endpoint's. What is in the container needs no steps: it goes with the veth pair.
 */
function ownSteps(
  host: Netns,
  attachment: Attachment,
  { port, endpoint }: EndpointSteps,
): ResultAsync<EndpointSteps['endpoint'], KernelError> {
  return host
    .link(hostVethName(attachment))
    .andThen((near) => (near === undefined ? containerInterface(host, attachment) : okAsync(undefined)))
    .map((foreign) => (foreign === undefined ? [...port, ...endpoint] : []))
}

/** The container's interface; `undefined` when it is not there, or the namespace is not. */
function containerInterface(host: Netns, { netns, ifName }: Attachment): ResultAsync<Link | undefined, KernelError> {
  if (netns === undefined) return okAsync(undefined)
  return host
    .open(netns)
    .andThen((container) => container.link(ifName))
    .orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}

/** Whether a network has any endpoint: whether its bridge has any port beside the dummy. */
function hasEndpoints(host: Netns, network: string, eni: FormerEni): ResultAsync<boolean, KernelError> {
  const { bridge, dummy } = networkNames(network, eni)
  return host
    .links({ master: bridge, limit: 2 })
    .map((ports) => ports.some(({ name }) => name !== dummy))
    .orElse((error) => (isGone(error) ? okAsync(false) : errAsync(error)))
}

/** Stands for an ENI that is gone without a trace: no link is named after it, since no interface has index 0. */
const noEni: FormerEni = { name: '', index: 0 }

/** Where nothing is put back: no revert of an endpoint's own steps looks at it. */
const untouched: EniBefore = { up: true, forwarding: '1' }

/** How to leave the ENI: as it was before the network came, or as it is, if others need it so. */
function toPutBack(host: Netns, network: string, { name, index }: FormerEni): ResultAsync<EniBefore, KernelError> {
  return safeTry<EniBefore, KernelError>(async function* () {
    const eni = yield* host.link(name)
    if (eni === undefined) return ok(untouched)
    const asIs = yield* stateOf(host, eni, ['inet'])
    const { bridge: bridgeName } = networkNames(network, { name, index })
    const bridge = yield* host.link(bridgeName)
    const record = readNetworkAlias(bridge?.alias)
    if (record === undefined) return ok(asIs)
    if ((yield* networksOn(host, name)).length > 1) return ok(asIs)
    // Whoever has given it an address in the meantime wants it up.
    const addresses = yield* host.addresses(name)
    const up = record.before.up || addresses.some(({ address }) => !address.startsWith('fe80:'))
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

function allRemoved(
  ...removals: readonly Result<void, RevertError<KernelError>>[]
): Result<void, RevertError<KernelError>> {
  const failed = removals.flatMap((removal) => (removal.isErr() ? removal.error.failed : []))
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
