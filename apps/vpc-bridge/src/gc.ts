import { type CniError, type GcRequest, ipamGc } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from './alias.ts'
import { del, removeStrayRoutes, removeUnusedNetwork } from './del.ts'
import { describeFailure, type Failure } from './failure.ts'
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
): ResultAsync<void, Failure | CniError> {
  return safeTry<void, Failure | CniError>(async function* () {
    const found = (yield* host.links()).map(({ alias }) => readEndpointAlias(alias))
    const ours = found.filter((record) => record?.network === attachment.network)
    const stale = ours.filter((record) => record !== undefined && !isValid(record, request))
    const problems: string[] = []
    const attempt = async (removal: ResultAsync<void, Failure>) => {
      const removed = await removal
      if (removed.isErr()) problems.push(describeFailure(removed.error))
    }
    for (const record of stale) {
      if (record !== undefined) await attempt(del(host, { ...attachment, ...record }))
    }
    await attempt(removeStrayRoutes(host, attachment))
    await attempt(removeUnusedNetwork(host, attachment))
    if (ipam !== undefined) {
      const released = await ipamGc({ ...request, type: ipam.type })
      if (released.isErr()) problems.push(released.error.msg)
    }
    return problems.length === 0 ? ok() : err<void, Failure>({ kind: 'not collected', problems })
  })
}

function isValid({ containerId, ifName }: EndpointRecord, { validAttachments }: GcRequest): boolean {
  return validAttachments.some((valid) => valid.containerId === containerId && valid.ifName === ifName)
}
