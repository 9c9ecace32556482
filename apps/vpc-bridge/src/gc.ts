import { type GcRequest, ipamGc } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { type EndpointIdentity, isSameEndpoint } from '@vpc-bridge/plugin'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import type { EndpointRecord } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { type DelOptions, del, removeStrays, removeUnusedNetwork } from './del.ts'
import { describeFailure, type Failure } from './failure.ts'
import { endpointsIn } from './recorded-endpoints.ts'
import { refuseNewer } from './refuse-newer.ts'
import { siteIfThere } from './site.ts'
import type { Configured } from './to-attachment.ts'

/**
 * Removes every endpoint of the network that is not among the valid ones, by what the aliases of the host's interfaces
 * tell; with the last one the network, and the routes to endpoints that have gone with their namespaces. Goes on past
 * errors, and reports them at the end.
 */
export function gc(
  request: GcRequest,
  { attachment, ipam }: Configured,
  host: Netns,
  options: DelOptions,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const stale = (yield* endpointsOf(host, attachment)).filter((record) => !isAmong(request.validAttachments, record))
    const problems: string[] = []
    const report = (failure: Failure | undefined) => {
      if (failure !== undefined) problems.push(describeFailure(failure))
    }
    const collected: EndpointRecord[] = []
    const kept: EndpointRecord[] = []
    for (const record of stale) {
      const failure = await removeEndpoint(host, attachment, record, options)
      const list = failure === undefined ? collected : kept
      list.push(record)
      report(failure)
    }
    for (const failure of await removeLeftovers(host, attachment, options)) report(failure)
    if (ipam !== undefined) {
      const released = await ipamGc({ ...request, type: ipam.type }, { collected, kept })
      if (released.isErr()) problems.push(released.error.msg)
    }
    return problems.length === 0 ? ok() : err<void, Failure>({ kind: 'not collected', problems })
  })
}

/** All endpoints of a network; none when the namespace of its bridge is gone. */
export function endpointsOf(host: Netns, attachment: Attachment): ResultAsync<readonly EndpointRecord[], Failure> {
  return safeTry<readonly EndpointRecord[], Failure>(async function* () {
    const site = yield* siteIfThere(host, attachment)
    if (site === undefined) return ok([])
    // Whose they are, nobody here can tell.
    yield* refuseNewer(...(yield* site.netns.links()))
    return endpointsIn(site.netns, attachment)
  })
}

/** Whether an endpoint is one of those. */
export function isAmong(endpoints: readonly EndpointIdentity[], endpoint: EndpointIdentity): boolean {
  return endpoints.some((each) => isSameEndpoint(each, endpoint))
}

/** Removes one endpoint of a network, by its record. Returns why it could not. */
export async function removeEndpoint(
  host: Netns,
  attachment: Attachment,
  record: EndpointRecord,
  options: DelOptions,
): Promise<Failure | undefined> {
  return failureOf(del(host, { ...attachment, ...record }, options))
}

/** Removes what endpoints have left behind that are gone already: routes, and the network, if it has none any more. */
export async function removeLeftovers(
  host: Netns,
  attachment: Attachment,
  options: DelOptions,
): Promise<readonly Failure[]> {
  const failures = [
    await failureOf(removeStrays(host, attachment, options)),
    await failureOf(removeUnusedNetwork(host, attachment, options)),
  ]
  return failures.filter((failure) => failure !== undefined)
}

async function failureOf(removal: ResultAsync<void, Failure>): Promise<Failure | undefined> {
  const removed = await removal
  return removed.isErr() ? removed.error : undefined
}
