import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { type RehearseError, rehearse } from '@vpc-bridge/step'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { allOf, type EndpointSteps, sharedOf } from './endpoint.ts'
import { addressInUse, describeFailure, type Failure } from './failure.ts'
import { hostVethName } from './names.ts'
import { holdersOf } from './recorded-endpoints.ts'
import { rehearsalOf } from './rehearsal.ts'
import { openSite } from './site.ts'
import { isOwnTap } from './tap-interface.ts'

/** Whether it says that one of the pair's names is taken by something else. */
function isOfPort(error: KernelError | RehearseError<KernelError>, { port }: EndpointSteps): boolean {
  return error.kind === 'would fail' && error.cause.errno === 'EEXIST' && port.some(({ name }) => name === error.step)
}

/**
 * An ADD must not take over an interface (CNI spec, ADD): one of that name is an error, unless it is what an interrupted
 * ADD of this very endpoint has left, and lacks something still.
 */
export function refuseTakenName(
  host: Netns,
  container: Netns,
  attachment: Attachment,
  steps: EndpointSteps,
): ResultAsync<void, Failure> {
  const { ifName, interfaceType } = attachment
  const exists: Failure = { kind: 'interface exists', ifName, netns: container.path }
  return safeTry<void, Failure>(async function* () {
    const taken = yield* container.link(ifName)
    if (taken === undefined) return ok()
    // Of a veth interface the rehearsal tells whose it is, by the other end.
    if (interfaceType.type === 'tap' && !(yield* isOwnTap(container, attachment))) return err<void, Failure>(exists)
    const site = yield* openSite(host, attachment)
    const near = yield* site.netns.link(hostVethName(attachment))
    if (isOtherwise(attachment, readEndpointAlias(near?.alias))) return err<void, Failure>(exists)
    const rehearsed = yield* rehearsalOf(host)
      .andThen((rehearsal) => rehearse(allOf(steps), rehearsal))
      .mapErr((error): Failure => (isOfPort(error, steps) ? exists : error))
    // What the network lacks says nothing of the endpoint.
    const own = rehearsed.slice(sharedOf(steps).length)
    return own.some(({ operations }) => operations.length > 0) ? ok() : err<void, Failure>(exists)
  })
}

/** Whether an endpoint that is there is on another network, or has other addresses. */
function isOtherwise({ network, addresses }: Attachment, record: EndpointRecord | undefined): boolean {
  if (record === undefined) return false
  const isKnown = record.addresses.length > 0
  return record.network !== network || (isKnown && record.addresses.join() !== addresses.join())
}

/** Refuses addresses that other endpoints have. In L3 the routes tell, once they are made: there is no need to look before. */
export function refuseTakenAddresses(host: Netns, attachment: Attachment): ResultAsync<void, Failure> {
  if (attachment.bridgeType === 'L3') return okAsync()
  return safeTry<void, Failure>(async function* () {
    const [held] = yield* holdersOf((yield* openSite(host, attachment)).netns, attachment)
    return held === undefined ? ok() : err<void, Failure>(takenBy(held))
  })
}

/** The steps of an endpoint, none of which is content with what is there for another endpoint. */
export function unlessHeld(attachment: Attachment, steps: EndpointSteps): EndpointSteps {
  const refuse = (host: Netns, object: string) =>
    safeTry<void, KernelError>(async function* () {
      const site = attachment.bridgeNetns === undefined ? host : yield* host.open(attachment.bridgeNetns)
      const [held] = yield* holdersOf(site, attachment)
      if (held === undefined) return ok()
      const during = { kind: 'kernel', operation: 'add', object, netns: site.path } as const
      return err<void, KernelError>({ ...during, errno: addressInUse, message: describeFailure(takenBy(held)) })
    })
  return {
    ...steps,
    endpoint: steps.endpoint.map((step) => ({
      ...step,
      apply: (host, undo) => {
        let isNew = false
        const noted: typeof undo = (each) => {
          isNew = true
          undo(each)
        }
        return step.apply(host, noted).andThen(() => (isNew ? okAsync() : refuse(host, step.name)))
      },
    })),
  }
}

function takenBy([address, { ifName, containerId }]: readonly [string, EndpointRecord]): Failure {
  return { kind: 'address in use', address, by: `${ifName} of container ${containerId}` }
}
