import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { hostVethName } from '@vpc-bridge/plugin'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { EndpointSteps } from './endpoint.ts'
import { addressInUse, describeFailure, type Failure } from './failure.ts'
import { holdersOf } from './recorded-endpoints.ts'
import { openSite } from './site.ts'
import { isOwnTap } from './tap-interface.ts'

/** The ends of an endpoint's veth pair on the host, and its interface in the container; `undefined` for what does not exist. */
export function endsOf(
  host: Netns,
  container: Netns,
  attachment: Attachment,
): ResultAsync<{ readonly near: Link | undefined; readonly far: Link | undefined }, Failure> {
  return safeTry(async function* () {
    const site = yield* openSite(host, attachment)
    return ok({
      near: yield* site.netns.link(hostVethName(attachment)),
      far: yield* container.link(attachment.ifName),
    })
  })
}

/** Says that an endpoint, or an interface of its name, exists. */
export function alreadyThere({ path }: Netns, { ifName, containerId }: Attachment, far: Link | undefined): Failure {
  return far === undefined
    ? { kind: 'endpoint elsewhere', ifName, containerId, netns: path }
    : { kind: 'interface exists', ifName, netns: path }
}

/**
 * An ADD must not take over an interface (CNI spec, ADD): one of that name is an error, and so is an endpoint of that identity,
 * whatever has become of it. Only what an interrupted ADD of this very endpoint has left may be finished.
 */
export function refuseTakenName(host: Netns, container: Netns, attachment: Attachment): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const { near, far } = yield* endsOf(host, container, attachment)
    if (near === undefined && far === undefined) return ok()
    if (near === undefined || !isUnfinished(attachment, near, far)) return err(alreadyThere(container, attachment, far))
    if (far === undefined) return ok()
    const isOwn =
      attachment.interfaceType.type === 'tap'
        ? yield* isOwnTap(container, attachment)
        : near.peer === far.index && far.peer === near.index
    return isOwn ? ok() : err(alreadyThere(container, attachment, far))
  })
}

/** Whether an endpoint is what an interrupted ADD of it has left. Before it gets its record nothing of it is up in the container. */
function isUnfinished({ network, addresses }: Attachment, near: Link, far: Link | undefined): boolean {
  if (near.alias === undefined) return far === undefined || !far.up
  const record = readEndpointAlias(near.alias)
  if (record?.isUnfinished === undefined || record.network !== network) return false
  return record.addresses.length === 0 || record.addresses.join() === addresses.join()
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
