import type { Family } from '@vpc-bridge/kernel'
import {
  type EndpointIdentity,
  type Entries,
  type HostLink,
  hostLinkOf,
  readEndpoint,
  writeEndpoint,
} from '@vpc-bridge/plugin'
import type { InterfaceType } from '../config/vpc-config.ts'
import { format } from '../record-text.ts'

/** The record of an endpoint, in the alias of its host link: it vanishes with that. */
export interface EndpointRecord extends EndpointIdentity {
  readonly network: string
  readonly interfaceType: InterfaceType
  /** MAC address of the container, if it was chosen. */
  readonly mac?: string | undefined
  /** With prefix lengths. Empty as well if there was no room for them. */
  readonly addresses: readonly string[]
  /** Path of the container's network namespace; of a TAP interface, if there was room for it. */
  readonly netns?: string
  /** The IP versions of which it has been given no default route. */
  readonly withoutDefault?: readonly Family[]
  /** Set until its ADD has come to its end. */
  readonly isUnfinished?: true
}

/** What vpc-bridge adds to the record of an endpoint. */
type Added = Pick<EndpointRecord, 'interfaceType' | 'mac' | 'netns' | 'withoutDefault'>

/**
 * Returns the entries that vpc-bridge adds. The namespace and the addresses are left out if there is no room for them: what must be
 * there is the identity. Only of a TAP interface something is left in the namespace when the veth pair is gone.
 */
export function keysOf({ interfaceType, mac, netns, withoutDefault = [] }: Added, addresses: Entries) {
  const isTap = interfaceType.type === 'tap'
  const isNeeded = isTap && netns !== undefined && netns !== '' && !netns.includes(' ')
  return {
    needed: isTap ? { tap: String(interfaceType.userId) } : {},
    optional: {
      nodefault: withoutDefault.length === 0 ? undefined : withoutDefault.join(','),
      mac,
      ...addresses,
      netns: isNeeded ? netns : undefined,
    },
  }
}

/** Returns what vpc-bridge has added to a record. */
export function addedBy({ tap, mac, netns, nodefault = '' }: Entries): Added {
  const withoutDefault = (['inet', 'inet6'] as const).filter((family) => nodefault.split(',').includes(family))
  return {
    interfaceType: tap === undefined ? { type: 'veth' } : { type: 'tap', userId: Number(tap) },
    ...(mac === undefined ? {} : { mac }),
    ...(netns === undefined ? {} : { netns }),
    ...(withoutDefault.length === 0 ? {} : { withoutDefault }),
  }
}

/** Returns the text of an endpoint's record. */
export function endpointAlias(endpoint: EndpointRecord): string {
  return writeEndpoint(format, written(endpoint))
}

/** Returns the host link that an ADD makes for an endpoint. */
export function hostLinkFor(endpoint: EndpointRecord): HostLink {
  return hostLinkOf(format, written(endpoint))
}

/** @returns `undefined` when the alias is not the record of an endpoint */
export function readEndpointAlias(alias: string | undefined): EndpointRecord | undefined {
  const found = readEndpoint(format, alias)
  if (found === undefined) return undefined
  const { entries, ...record } = found
  return { ...record, ...addedBy(entries) }
}

/** Returns what is written of an endpoint. */
export function written(endpoint: EndpointRecord) {
  return { ...endpoint, keys: (addresses: Entries) => keysOf(endpoint, addresses) }
}
