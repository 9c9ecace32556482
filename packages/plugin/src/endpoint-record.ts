import type { Link } from '@vpc-bridge/kernel'
import { utf8Length } from '@vpc-bridge/runtime'
import type { EndpointIdentity } from './names.ts'
import { maxAlias, type RecordFormat } from './record.ts'

/** The record of an endpoint, on its link on the host. */
export interface EndpointRecord extends EndpointIdentity {
  readonly network: string
  /** With prefix lengths. Empty as well if there was no room for them. */
  readonly addresses: readonly string[]
  /** Set until its ADD has come to its end. */
  readonly isUnfinished?: true
}

export function writeEndpoint(format: RecordFormat, endpoint: EndpointRecord): string {
  const { addresses } = endpoint
  return format.write(identityOf(endpoint), addresses.length === 0 ? {} : { addresses: addresses.join(',') })
}

/** @returns `undefined` when the alias is not the record of an endpoint */
export function readEndpoint(format: RecordFormat, alias: string | undefined): EndpointRecord | undefined {
  const { network, container, interface: ifName, addresses = '', unfinished } = format.read(alias)
  if (network === undefined || container === undefined || ifName === undefined) return undefined
  return {
    network,
    containerId: container,
    ifName,
    addresses: addresses.split(',').filter((each) => each !== ''),
    ...(unfinished === undefined ? {} : { isUnfinished: true }),
  }
}

/** Returns the first link with a record of a newer version: whose it is cannot be known. */
export function newerLink(format: RecordFormat, links: readonly Link[]): Link | undefined {
  return links.find(({ alias }) => format.isNewer(alias))
}

/** Returns the endpoints of a network among the host's links, by their records. */
export function endpointsAmong(
  format: RecordFormat,
  links: readonly Link[],
  network: string,
): readonly EndpointRecord[] {
  const records = links.flatMap(({ alias }) => readEndpoint(format, alias) ?? [])
  return records.filter((record) => record.network === network)
}

/** Returns the longest container ID, in bytes, for which an alias has room. */
export function longestContainerId(format: RecordFormat, endpoint: Omit<EndpointRecord, 'containerId'>): number {
  return maxAlias - utf8Length(format.write(identityOf({ ...endpoint, containerId: '', isUnfinished: true })))
}

function identityOf({ network, containerId, ifName, isUnfinished }: Omit<EndpointRecord, 'addresses'>) {
  return {
    network,
    container: containerId,
    interface: ifName,
    ...(isUnfinished ? { unfinished: '1' } : {}),
  }
}
