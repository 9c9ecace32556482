import type { EndpointIdentity } from '@vpc-bridge/plugin'
import { maxAlias } from '@vpc-bridge/plugin'
/** What a later process must know of a network or an endpoint, kept in the aliases of its links: it vanishes with them. */

import type { Family } from '@vpc-bridge/kernel'
import { utf8Length } from '@vpc-bridge/runtime'
import type { BridgeType, InterfaceType } from './endpoint.ts'
import { readRecord, writeRecord } from './record-text.ts'

/** How the ENI was before the first endpoint came, to be put back when the last one goes. */
export interface EniBefore {
  readonly up: boolean
  /** Whether it had addresses although it was down. */
  readonly isAddressed?: boolean
  /** The setting net/ipv4/conf/ENI/forwarding. */
  readonly forwarding: string
  /** In bytes; where it is changed. */
  readonly mtu?: number
  /** The settings below net/ipv6/conf/ENI, once an endpoint has had an IPv6 address. */
  readonly inet6?: { readonly forwarding: string; readonly acceptRa: string }
}

/** What the alias of a bridge tells. */
export interface NetworkRecord {
  readonly network: string
  readonly bridgeType: BridgeType
  /** Name of the ENI when the network was made. */
  readonly eni: string
  /** MAC address of the ENI, by which it is known; empty if it has none. */
  readonly mac: string
  /** MAC address of a bridge that the reference plugin made: its containers send to it. An older program gives it another one. */
  readonly bridgeMac?: string
  readonly before: EniBefore
  /** Number of its own routing table, if it has one. */
  readonly table?: number
}

/** What the alias of a host veth tells. */
export interface EndpointRecord extends EndpointIdentity {
  readonly network: string
  readonly interfaceType: InterfaceType
  /** MAC address of the container, if it was chosen. */
  readonly mac?: string
  /** With prefix lengths. Empty as well if there was no room for them. */
  readonly addresses: readonly string[]
  /** Path of the container's network namespace; of a TAP interface, if there was room for it. */
  readonly netns?: string
  /** The IP versions of which it has been given no default route. */
  readonly withoutDefault?: readonly Family[]
  /** Whether its ADD has not come to its end. */
  readonly isUnfinished?: true
}

export function networkAlias({ network, bridgeType, eni, mac, bridgeMac, before, table }: NetworkRecord): string {
  const { up, isAddressed = false, forwarding, mtu, inet6 } = before
  return writeRecord({
    network,
    ...(bridgeType === 'L3' ? {} : { type: bridgeType }),
    eni,
    mac,
    ...(bridgeMac === undefined ? {} : { bridge_mac: bridgeMac }),
    up: up ? '1' : '0',
    ...(isAddressed ? { addressed: '1' } : {}),
    forwarding,
    ...(mtu === undefined ? {} : { mtu: String(mtu) }),
    ...(inet6 === undefined ? {} : { forwarding6: inet6.forwarding, accept_ra: inet6.acceptRa }),
    ...(table === undefined ? {} : { table: String(table) }),
  })
}

/** @returns `undefined` when the alias is not one of a network of ours */
export function readNetworkAlias(alias: string | undefined): NetworkRecord | undefined {
  const {
    network,
    type,
    eni,
    mac = '',
    bridge_mac: bridgeMac,
    up,
    addressed,
    forwarding,
    mtu,
    forwarding6,
    accept_ra: acceptRa,
    table,
  } = readRecord(alias)
  if (network === undefined || eni === undefined || up === undefined || forwarding === undefined) return undefined
  const before: EniBefore = {
    up: up === '1',
    ...(addressed === undefined ? {} : { isAddressed: true }),
    forwarding,
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    ...(forwarding6 === undefined || acceptRa === undefined ? {} : { inet6: { forwarding: forwarding6, acceptRa } }),
  }
  const own = {
    ...(bridgeMac === undefined ? {} : { bridgeMac }),
    ...(table === undefined ? {} : { table: Number(table) }),
  }
  return { network, bridgeType: type === 'L2' ? 'L2' : 'L3', eni, mac, before, ...own }
}

/**
 * The namespace and the addresses are left out if there is no room for them: what must be there is the identity. Only of a
 * TAP interface something is left in the namespace when the veth pair is gone.
 */
export function endpointAlias({ addresses, netns, mac, withoutDefault = [], ...endpoint }: EndpointRecord): string {
  const isNeeded = netns !== undefined && !netns.includes(' ') && endpoint.interfaceType.type === 'tap'
  return writeRecord(identityOf(endpoint), {
    ...(withoutDefault.length === 0 ? {} : { nodefault: withoutDefault.join(',') }),
    ...(mac === undefined ? {} : { mac }),
    ...(addresses.length === 0 ? {} : { addresses: addresses.join(',') }),
    ...(isNeeded ? { netns } : {}),
  })
}

/** @returns `undefined` when the alias is not one of an endpoint of ours */
export function readEndpointAlias(alias: string | undefined): EndpointRecord | undefined {
  const record = readRecord(alias)
  const { network, container, interface: ifName, tap, mac, addresses = '', netns, nodefault = '', unfinished } = record
  const withoutDefault = (['inet', 'inet6'] as const).filter((family) => nodefault.split(',').includes(family))
  if (network === undefined || container === undefined || ifName === undefined) return undefined
  return {
    network,
    containerId: container,
    ifName,
    interfaceType: tap === undefined ? { type: 'veth' } : { type: 'tap', userId: Number(tap) },
    ...(mac === undefined ? {} : { mac }),
    addresses: addresses.split(',').filter((each) => each !== ''),
    ...(netns === undefined ? {} : { netns }),
    ...(withoutDefault.length === 0 ? {} : { withoutDefault }),
    ...(unfinished === undefined ? {} : { isUnfinished: true }),
  }
}

/** How long, in bytes, the container ID of an endpoint can be for its identity to have room in an alias. */
export function longestContainerId(endpoint: Identity): number {
  return maxAlias - utf8Length(writeRecord(identityOf({ ...endpoint, containerId: '', isUnfinished: true })))
}

/** Without which an endpoint could not be found again, or not be removed. */
type Identity = Pick<EndpointRecord, 'network' | 'containerId' | 'ifName' | 'interfaceType' | 'isUnfinished'>

function identityOf({ network, containerId, ifName, interfaceType, isUnfinished }: Identity) {
  const tap = interfaceType.type === 'tap' ? { tap: String(interfaceType.userId) } : {}
  const unfinished = isUnfinished ? { unfinished: '1' } : {}
  return { network, container: containerId, interface: ifName, ...tap, ...unfinished }
}
