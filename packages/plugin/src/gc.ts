import { type GcRequest, ipamGc } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import type { WalkOptions } from './add.ts'
import type { Definition } from './definition.ts'
import { del, removeUnusedNetwork } from './del.ts'
import { type EndpointRecord, endpointsAmong, newerLink } from './endpoint-record.ts'
import { errorTable } from './error-table.ts'
import { engineErrors, type Failure } from './failure.ts'
import { isSameEndpoint } from './names.ts'
import type { RecordFormat } from './record.ts'
import { type Configured, toEndpoint } from './to-endpoint.ts'

/**
 * Removes every endpoint of a network that is not among the valid ones, by the records on the host; with the last one what the
 * network shares. Goes on past errors, and reports them at the end.
 */
export function gc<C, V>(
  plugin: Definition<C, V>,
  format: RecordFormat,
  host: Netns,
  configured: Configured<C>,
  request: GcRequest,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  const { network, ipam } = configured
  return safeTry<void, Failure>(async function* () {
    const links = yield* host.links()
    const newer = newerLink(format, links)
    if (newer !== undefined) return err<void, Failure>({ kind: 'newer record', link: newer.name })
    const records = endpointsAmong(format, links, network)
    const stale = records.filter((record) => !request.validAttachments.some((valid) => isSameEndpoint(valid, record)))
    const problems: string[] = []
    const collected: EndpointRecord[] = []
    const kept: EndpointRecord[] = []
    const attempt = async <E extends { readonly msg: string }>(done: ResultAsync<unknown, E>) => {
      const result = await done
      if (result.isErr()) problems.push(result.error.msg)
      return result.isOk()
    }
    for (const record of stale) {
      const endpoint = recorded(configured, format, record)
      const isRemoved = await attempt(del(plugin, format, host, endpoint, options).mapErr(inWords))
      const list = isRemoved ? collected : kept
      list.push(record)
    }
    if (stale.length === 0 && records.length === 0) {
      const none = recorded(configured, format, { network, containerId: '', ifName: '', addresses: [] })
      await attempt(
        removeUnusedNetwork(plugin, format, host, none, options)
          .andThen((removal) => removal)
          .mapErr(inWords),
      )
    }
    if (ipam !== undefined) await attempt(ipamGc({ ...request, type: ipam.type }, { collected, kept }))
    return problems.length === 0 ? ok() : err<void, Failure>({ kind: 'not collected', problems })
  })
}

function recorded<C>(configured: Configured<C>, format: RecordFormat, record: EndpointRecord) {
  const ips = record.addresses.map((address) => ({ address }))
  return toEndpoint(format, configured, record, { ips, routes: [] })
}

const { describe } = errorTable<Failure>(engineErrors, '')

function inWords(failure: Failure) {
  return { msg: describe(failure) }
}
