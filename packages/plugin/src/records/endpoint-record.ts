import type { Link } from '@vpc-bridge/kernel'
import type { Alias } from '@vpc-bridge/link'
import { utf8Length } from '@vpc-bridge/runtime'
import { type EndpointIdentity, hostVethName, macFor } from '../endpoint/names.ts'
import { type Entries, maxAlias, type RecordFormat } from './record.ts'

/** The record of an endpoint, on its link on the host. */
export interface EndpointRecord extends EndpointIdentity {
  /** Name of the network, as `recordedName` returns it. */
  readonly network: string
  /** With prefix lengths, such as `192.168.1.43/24`. Empty as well if there was no room for them. */
  readonly addresses: readonly string[]
  /** Set until its ADD has come to its end. */
  readonly isUnfinished?: true
  /** All entries, those that the plugin has added among them. */
  readonly entries: Entries
}

/** What is written of an endpoint. */
export interface WrittenEndpoint extends Omit<EndpointRecord, 'entries'> {
  /** Returns what the plugin adds: what must be in the record, and what may, with the entry of the addresses among it. */
  readonly keys?: ((addresses: Entries) => { readonly needed: Entries; readonly optional: Entries }) | undefined
}

/** Returns the text of an endpoint's record, of 255 bytes at most: what is optional in it is left out where there is no room. */
export function writeEndpoint(format: RecordFormat, endpoint: WrittenEndpoint): string {
  const { needed, optional } = entriesOf(endpoint)
  return format.write(needed, optional)
}

/** Returns the record of an endpoint that is not finished, which one that is says as well. There may be less room in it. */
export function unfinishedAlias(format: RecordFormat, endpoint: WrittenEndpoint): Alias {
  const identity = Object.entries(entriesOf(endpoint).needed)
  return {
    text: writeEndpoint(format, { ...endpoint, isUnfinished: true }),
    isSaidBy: (found) => {
      const entries = format.read(found)
      return identity.every(([key, value]) => entries[key] === value)
    },
  }
}

/**
 * Reads the record of an endpoint.
 *
 * @param alias of a link
 * @returns `undefined` for what is no such record: without an alias, of another plugin or of a newer version, or of something else
 */
export function readEndpoint(format: RecordFormat, alias: string | undefined): EndpointRecord | undefined {
  const entries = format.read(alias)
  const { network, container, interface: ifName, addresses = '', unfinished } = entries
  if (network === undefined || container === undefined || ifName === undefined) return undefined
  return {
    network,
    containerId: container,
    ifName,
    addresses: addresses.split(',').filter((each) => each !== ''),
    ...(unfinished === undefined ? {} : { isUnfinished: true }),
    entries,
  }
}

/**
 * Returns the endpoints of a network among links, by their records. A link that is a port of another bridge is of another network, if
 * by the same name.
 *
 * @param network its name, as `recordedName` returns it
 * @param bridge the network's, `undefined` if it is missing; `any`: the records alone tell
 */
export function endpointsOn(
  format: RecordFormat,
  links: readonly Link[],
  network: string,
  bridge: Link | 'any' | undefined,
): readonly EndpointRecord[] {
  return links.flatMap(({ alias, master }) => {
    const record = readEndpoint(format, alias)
    const isHere = bridge === 'any' || master === undefined || master === bridge?.index
    return record?.network === network && isHere ? [record] : []
  })
}

/** The link on the host that carries an endpoint's record. */
export interface HostLink {
  /** At most 15 bytes. */
  readonly name: string
  /** Six lower-case hexadecimal pairs with colons. */
  readonly mac: string
  /** The record that it carries until the endpoint is finished. */
  readonly alias: Alias
}

/**
 * Returns the link that an ADD makes for an endpoint on the host. Name and MAC address are made of the endpoint's identity, and are the
 * same each time.
 *
 * @param prefix what the name begins with, four letters at most; absent: `veth`
 */
export function hostLinkOf(format: RecordFormat, endpoint: WrittenEndpoint, prefix?: string): HostLink {
  const name = hostVethName(endpoint, prefix)
  return { name, mac: macFor(`host end of ${name}`), alias: unfinishedAlias(format, endpoint) }
}

/** Returns the first link with a record of a newer version: whose it is cannot be known. */
export function newerLink(format: RecordFormat, links: readonly (Link | undefined)[]): Link | undefined {
  return links.find((link) => format.isNewer(link?.alias))
}

/** Returns the longest container ID, in bytes, for which an alias has room. */
export function longestContainerId(format: RecordFormat, endpoint: WrittenEndpoint): number {
  const { needed } = entriesOf({ ...endpoint, containerId: '', isUnfinished: true })
  return maxAlias - utf8Length(format.write(needed))
}

function entriesOf({ network, containerId, ifName, addresses, isUnfinished, keys }: WrittenEndpoint) {
  const list = addresses.length === 0 ? {} : { addresses: addresses.join(',') }
  const { needed, optional } = keys?.(list) ?? { needed: {}, optional: list }
  const identity = { network, container: containerId, interface: ifName, ...needed }
  return { needed: isUnfinished ? { ...identity, unfinished: '1' } : identity, optional }
}
