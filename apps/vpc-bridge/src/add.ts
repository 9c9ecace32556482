import { type KernelError, type Link, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { findEni } from '@vpc-bridge/link'
import { apply, type Observe, rehearse, type Step } from '@vpc-bridge/step'
import { err, errAsync, ok, okAsync, type Result, ResultAsync, safeTry } from 'neverthrow'
import { type EniBefore, fitsAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { Failure } from './failure.ts'
import { type EndpointSteps, l3Veth } from './l3-veth.ts'
import { maxInterfaceName, networkNames } from './names.ts'
import { openContainer } from './open-container.ts'
import { forwardingOf, recordedBefore } from './recorded-before.ts'

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
}

/** Connects a container to its network. When it fails, everything is as it was before. */
export function add(outer: Netns, attachment: Attachment, options: AddOptions = {}): ResultAsync<Added, Failure> {
  const host = lookUpOnce(outer)
  return safeTry<Added, Failure>(async function* () {
    const { container, netns } = yield* openContainer(host, attachment)
    const steps = yield* stepsToAdd(host, attachment, netns, options)
    yield* refuseTakenName(host, container, attachment, steps)
    yield* apply(allOf(steps), host, options)
    return ok({ attachment: { ...attachment, netns }, interface: steps.interface })
  })
}

function allOf({ network, eni, endpoint, container }: EndpointSteps): readonly Step<Netns, KernelError>[] {
  return [...network, ...eni, ...endpoint, ...container]
}

/** The steps of an ADD, from what is on the host. Changes nothing. */
function stepsToAdd(
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
    const before = (yield* recordedBefore(host, bridge, eni.name)) ?? (yield* stateOf(host, eni))
    return ok(l3Veth({ ...attachment, netns, eni: { ...eni, mac: eni.mac ?? '', before } }))
  })
}

function stateOf(host: Netns, eni: Link): ResultAsync<EniBefore, KernelError> {
  return forwardingOf(host, eni.name).map((forwarding) => ({ up: eni.up, forwarding }))
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
