import { type Family, type KernelError, type Link, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { findEni } from '@vpc-bridge/link'
import { apply, type Observe, rehearse, type Step } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type Result, ResultAsync, safeTry } from 'neverthrow'
import { fitsAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { Failure } from './failure.ts'
import { type EndpointSteps, l3Veth } from './l3-veth.ts'
import { maxInterfaceName, networkNames } from './names.ts'
import { openContainer } from './open-container.ts'
import { recordedBefore, stateOf } from './recorded-before.ts'
import { requireInet6 } from './require-inet6.ts'

export interface AddOptions {
  /** Aborting it makes the running step the last one, and rolls back. */
  readonly signal?: AbortSignal
  readonly observe?: Observe<KernelError>
  /** Told what is odd about the request without being an error. */
  readonly warn?: (message: string) => void
}

/** What an ADD made. */
export interface Added {
  readonly attachment: Attachment & { readonly netns: string }
  readonly interface: EndpointSteps['interface']
  readonly hostInterfaces: EndpointSteps['hostInterfaces']
  readonly gateways: EndpointSteps['gateways']
}

/** Connects a container to its network. When it fails, everything is as it was before. */
export function add(outer: Netns, attachment: Attachment, options: AddOptions = {}): ResultAsync<Added, Failure> {
  const host = lookUpOnce(outer)
  return safeTry<Added, Failure>(async function* () {
    const { container, netns } = yield* openContainer(host, attachment)
    if (familiesOf(attachment.addresses).includes('inet6')) {
      yield* requireInet6(host, 'host')
      yield* requireInet6(container, 'container')
    }
    const steps = yield* stepsToAdd(host, attachment, netns, options)
    yield* refuseTakenName(host, container, attachment, steps)
    yield* apply(allOf(steps), host, options)
    const { interface: made, hostInterfaces, gateways } = steps
    return ok({ attachment: { ...attachment, netns }, interface: made, hostInterfaces, gateways })
  })
}

/** All steps of an endpoint, in the order in which they are applied. */
export function allOf({ network, eni, endpoint, container }: EndpointSteps): readonly Step<Netns, KernelError>[] {
  return [...network, ...eni, ...endpoint, ...container]
}

/** The steps of an ADD, from what is on the host. Changes nothing. */
export function stepsToAdd(
  host: Netns,
  attachment: Attachment,
  netns: string,
  { warn }: Pick<AddOptions, 'warn'> = {},
): ResultAsync<EndpointSteps, Failure> {
  return safeTry<EndpointSteps, Failure>(async function* () {
    const eni = yield* findEni(host, attachment.eni)
    if (eni === undefined) return err<EndpointSteps, Failure>({ kind: 'ENI missing', eni: attachment.eni })
    if (attachment.eniMac !== undefined && attachment.eniMac !== eni.mac) {
      warn?.(`eniMACAddress ${attachment.eniMac} is not that of ${eni.name} (${eni.mac}): eniName wins`)
    }
    yield* refuseLongNames(attachment, eni)
    const { bridge } = networkNames(attachment.network, eni)
    const families = familiesOf(attachment.addresses)
    const recorded = yield* recordedBefore(host, bridge, eni.name)
    const isKnown = recorded !== undefined && (recorded.inet6 !== undefined || !families.includes('inet6'))
    const before = isKnown ? recorded : { ...(yield* stateOf(host, eni, families)), ...recorded }
    return ok(l3Veth({ ...attachment, netns, families, eni: { ...eni, mac: eni.mac ?? '', before } }))
  })
}

/** The IP versions of addresses. */
function familiesOf(addresses: readonly string[]): readonly Family[] {
  const has = (inet6: boolean) => addresses.some((address) => address.includes(':') === inet6)
  return [...(has(false) ? (['inet'] as const) : []), ...(has(true) ? (['inet6'] as const) : [])]
}

function refuseLongNames(attachment: Attachment, eni: Link): Result<void, Failure> {
  const { bridge } = networkNames(attachment.network, eni)
  if (bridge.length > maxInterfaceName) {
    return err({ kind: 'name too long', what: `the bridge of network ${attachment.network}`, found: bridge, most: 15 })
  }
  if (!fitsAlias(attachment)) {
    const { containerId: found } = attachment
    return err({ kind: 'name too long', what: 'the container ID in an alias', found, most: 180 })
  }
  return ok()
}

/**
 * An ADD must not take over an interface (CNI spec, ADD): one of that name is an error, unless it is what an interrupted
 * ADD of this very endpoint has left, and lacks something still.
 */
function refuseTakenName(
  host: Netns,
  container: Netns,
  { ifName }: Attachment,
  steps: EndpointSteps,
): ResultAsync<void, Failure> {
  return container
    .link(ifName)
    .mapErr((error): Failure => error)
    .andThen((taken) => {
      if (taken === undefined) return okAsync()
      const exists: Failure = { kind: 'interface exists', ifName, netns: container.path }
      // Loaded when it is needed: most ADDs find the name free.
      return ResultAsync.fromSafePromise(import('./rehearsal.ts'))
        .andThen(({ rehearsalOf }) => rehearsalOf(host))
        .andThen((rehearsal) => rehearse(allOf(steps), rehearsal))
        .mapErr((): Failure => exists)
        .andThen((rehearsed) => (rehearsed.some((step) => step.operations.length > 0) ? okAsync() : errAsync(exists)))
    })
}
