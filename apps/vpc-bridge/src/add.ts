import { type KernelError, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { familiesOf, isInet6 } from '@vpc-bridge/kernel/ip'
import { isAway } from '@vpc-bridge/netns'
import {
  type Held,
  hostVethName,
  isComplete,
  isSameEndpoint,
  openContainer,
  type Waiting,
  withEndpointLock,
  withLock,
} from '@vpc-bridge/plugin'
import { ownTableOf } from '@vpc-bridge/route'
import { apply, type Observe } from '@vpc-bridge/step'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, longestContainerId, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { familiesWithoutDefault } from './default-routes.ts'
import { allOf, type Endpoint, type EndpointSteps, endpointSteps, ownOf, type Steps, sharedOf } from './endpoint.ts'
import type { Failure } from './failure.ts'
import { locateNetwork } from './locate-network.ts'
import { beforeOfOthers, stateOf } from './recorded-before.ts'
import { endpointsIn } from './recorded-endpoints.ts'
import { refuseNewer } from './refuse-newer.ts'
import { alreadyThere, endsOf, refuseTakenAddresses, refuseTakenName, unlessHeld } from './refuse-taken.ts'
import { repairSteps } from './repair-others.ts'
import { requireInet6 } from './require-inet6.ts'
import { openSite } from './site.ts'
import { usableNetwork } from './usable-network.ts'

/** An interruption makes the running step the last one, and rolls back. */
export interface AddOptions extends Waiting {
  readonly observe?: Observe<KernelError>
}

/** What an ADD made. */
export interface Added {
  readonly attachment: Attachment & { readonly netns: string }
  readonly interface: EndpointSteps['interface']
  readonly hostInterfaces: EndpointSteps['hostInterfaces']
  readonly gateways: EndpointSteps['gateways']
  readonly defaultRouters: EndpointSteps['defaultRouters']
}

/** Connects a container to its network. When it fails, everything is as it was before. */
export function add(outer: Netns, attachment: Attachment, options: AddOptions): ResultAsync<Added, Failure> {
  return withEndpointLock(outer, attachment, () => connect(outer, attachment, options), options)
}

/** Does what {@link add} does, for who has the endpoint's lock. */
export function connect(outer: Netns, attachment: Attachment, options: AddOptions): ResultAsync<Added, Failure> {
  const host = lookUpOnce(outer)
  return safeTry<Added, Failure>(async function* () {
    const { netns = '' } = attachment
    const container = yield* openContainer(host, netns)
    const site = yield* openSite(host, attachment)
    if (site.netns.id === container.id) return err<Added, Failure>({ kind: "bridge's namespace", netns })
    if (familiesOf(attachment.addresses).includes('inet6')) {
      yield* requireInet6(site.netns, 'host')
      // A virtual machine has the addresses itself.
      if (attachment.interfaceType.type === 'veth') yield* requireInet6(container, 'container')
    }
    const endpoint = { ...attachment, netns }
    const told = { ...options, warn: once(options.warn) }
    // Whether it is complete is asked under the lock; that there is none may be known before.
    const { bridge } = yield* locateNetwork(site.netns, endpoint)
    if (bridge !== undefined) {
      const joined = yield* withLock(host, 'shared', join(host, container, endpoint, told), options)
      if (joined !== undefined) return ok(joined)
    }
    return withLock(host, 'exclusive', make(host, container, endpoint, told), options)
  })
}

/**
 * What can be said of an ADD before it is known which addresses it has. Changes nothing. Also an endpoint that is unfinished
 * counts as one: addresses that an IPAM plugin gave for it are not for another ADD to release.
 */
export function refuseBeforehand(outer: Netns, attachment: Attachment): ResultAsync<void, Failure> {
  const host = lookUpOnce(outer)
  return safeTry<void, Failure>(async function* () {
    const { netns = '' } = attachment
    const container = yield* openContainer(host, netns)
    yield* stepsToAdd(host, attachment, netns)
    const { near, far } = yield* endsOf(host, container, attachment)
    return near === undefined && far === undefined ? ok() : err(alreadyThere(container, attachment, far))
  })
}

/** What is odd is found again each time that the work is begun. */
function once(warn: AddOptions['warn']): (message: string) => void {
  const said = new Set<string>()
  return (message) => {
    if (!said.has(message)) warn?.(message)
    said.add(message)
  }
}

/** Connects the container if its network is complete: nothing is changed of what others may be using. */
function join(host: Netns, container: Netns, endpoint: Added['attachment'], options: AddOptions) {
  return ({ release }: Held) =>
    safeTry<Added | undefined, Failure>(async function* () {
      const steps = yield* refusingTaken(host, container, endpoint, options)
      if (!(yield* isComplete(sharedOf(steps), host, options.observe))) return ok(undefined)
      yield* apply(releasing(steps, release), host, options)
      return ok(added(endpoint, steps))
    })
}

/** Connects the container, with what its network lacks: for all of its endpoints. */
function make(host: Netns, container: Netns, endpoint: Added['attachment'], options: AddOptions) {
  return ({ release }: Held) =>
    safeTry<Added, Failure>(async function* () {
      const steps = yield* refusingTaken(host, container, endpoint, options)
      // Others may have made it in the meantime.
      const isThere = yield* isComplete(sharedOf(steps), host, options.observe)
      const walk = isThere ? releasing(steps, release) : yield* withRepairs(host, endpoint, steps, options)
      yield* apply(walk, host, options)
      return ok(added(endpoint, steps))
    })
}

/** The steps of an endpoint whose network lacks something, which is made for the others on it, too. */
function withRepairs(
  host: Netns,
  endpoint: Added['attachment'],
  steps: EndpointSteps,
  { warn }: AddOptions,
): ResultAsync<Steps, Failure> {
  return safeTry<Steps, Failure>(async function* () {
    const { netns: site } = yield* openSite(host, endpoint)
    const others = (yield* endpointsIn(site, endpoint)).filter((other) => !isSameEndpoint(other, endpoint))
    if (others.length === 0) return ok(allOf(steps))
    const all = yield* plannedEndpoint(host, endpoint, endpoint.netns, { others })
    return ok([...sharedOf(endpointSteps(all)), ...repairSteps(all, others, warn), ...ownOf(steps)])
  })
}

function added(attachment: Added['attachment'], steps: EndpointSteps): Added {
  const { interface: made, hostInterfaces, gateways, defaultRouters } = steps
  return { attachment, interface: made, hostInterfaces, gateways, defaultRouters }
}

/** The steps of an endpoint on a network that is there. Once it has a port, nobody takes the network away. */
function releasing(steps: EndpointSteps, release: Held['release']): Steps {
  const port = steps.port.map((step) => ({
    ...step,
    apply: (...args: Parameters<typeof step.apply>) => step.apply(...args).andTee(release),
  }))
  return ownOf({ ...steps, port })
}

/** The steps of an ADD, unless the name of the interface or an address is taken. */
function refusingTaken(
  host: Netns,
  container: Netns,
  endpoint: Added['attachment'],
  options: AddOptions,
): ResultAsync<EndpointSteps, Failure> {
  return stepsToAdd(host, endpoint, endpoint.netns, options).andThen((steps) =>
    refuseTakenName(host, container, endpoint)
      .andThen(() => refuseTakenAddresses(host, endpoint))
      .map(() => unlessHeld(endpoint, steps)),
  )
}

interface Planning extends Pick<AddOptions, 'warn'> {
  /** Endpoints whose IP versions the network is to carry, too. */
  readonly others?: readonly EndpointRecord[]
}

/** The steps of an ADD, from what is on the host. Changes nothing. */
export function stepsToAdd(
  host: Netns,
  attachment: Attachment,
  netns: string,
  options: Planning = {},
): ResultAsync<EndpointSteps, Failure> {
  return plannedEndpoint(host, attachment, netns, options).map(endpointSteps)
}

/** The endpoint that an ADD is to make, from what is on the host. */
function plannedEndpoint(
  host: Netns,
  attachment: Attachment,
  netns: string,
  { warn, others = [] }: Planning,
): ResultAsync<Endpoint, Failure> {
  return safeTry<Endpoint, Failure>(async function* () {
    const { site, network, eni } = yield* usableNetwork(host, attachment)
    if (attachment.eniMac !== undefined && attachment.eniMac !== eni.mac) {
      warn?.(`eniMACAddress ${attachment.eniMac} is not that of ${eni.name} (${eni.mac}): eniName wins`)
    }
    const near = yield* site.netns.link(hostVethName(attachment))
    yield* refuseNewer(near)
    yield* refuseLongId(attachment)
    const { addresses, bridgeType } = attachment
    const carried = others.flatMap((other) => other.addresses)
    const isWithoutInet6 = carried.some(isInet6) && (await requireInet6(site.netns, 'host')).isErr()
    const families = familiesOf([...addresses, ...(isWithoutInet6 ? [] : carried)])
    const recorded = network.record?.before ?? (yield* beforeOfOthers(site.netns, eni))
    const isKnown = recorded !== undefined && (recorded.inet6 !== undefined || !families.includes('inet6'))
    // What comes to a namespace starts with its defaults, up; what it had at home it remembers itself.
    const isGuest = site.path !== undefined && (!network.isEniInPlace || isAway(eni))
    const now = () => stateOf(site.netns, isGuest ? { ...eni, name: 'default', up: true } : eni, bridgeType, families)
    const before = isKnown ? recorded : { ...(yield* now()), ...recorded }
    const { table } = network.record ?? {}
    const ownTable =
      bridgeType === 'L2'
        ? undefined
        : yield* ownTableOf(
            site.netns,
            {
              dev: eni.name,
              families,
              ...(attachment.gateway === undefined ? {} : { gateway: attachment.gateway }),
              ...(table === undefined ? {} : { table }),
            },
            () => endpointsIn(site.netns, attachment).map((records) => records.flatMap((each) => each.addresses)),
          )
    const bridgeNetns = site.path
    const withoutDefault = yield* familiesWithoutDefault(host, { ...attachment, netns }, readEndpointAlias(near?.alias))
    return ok({
      ...withoutBridgeNetns(attachment),
      withoutDefault,
      ...(bridgeNetns === undefined ? {} : { bridgeNetns }),
      ...(ownTable === undefined ? {} : { ownTable }),
      ...(network.bridgeMac === undefined ? {} : { bridgeMac: network.bridgeMac }),
      netns,
      families,
      names: network.names,
      eni: { name: eni.name, recordedAs: network.recordedEni, mac: eni.mac, before },
    })
  })
}

/** A namespace of the bridge that turns out to be the host's is none. */
function withoutBridgeNetns({ bridgeNetns: _, ...attachment }: Attachment): Omit<Attachment, 'bridgeNetns'> {
  return attachment
}

function refuseLongId(attachment: Attachment): Result<void, Failure> {
  const { containerId: found } = attachment
  const most = longestContainerId(attachment)
  return found.length > most ? err({ kind: 'container ID too long', found, most }) : ok()
}
