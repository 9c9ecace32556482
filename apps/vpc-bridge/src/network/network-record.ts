import type { BridgeType } from '../config/vpc-config.ts'
import { readRecord, writeRecord } from '../record-text.ts'

/** The ENI's state before the first endpoint came, which is put back when the last one goes. */
export interface EniBefore {
  readonly up: boolean
  /** Set if it had addresses although it was down. */
  readonly isAddressed?: boolean
  /** The setting net/ipv4/conf/ENI/forwarding. */
  readonly forwarding: string
  /** In bytes; where it is changed. */
  readonly mtu?: number
  /** The settings below net/ipv6/conf/ENI, once an endpoint has had an IPv6 address. */
  readonly inet6?: { readonly forwarding: string; readonly acceptRa: string }
}

/** The record of a network, in the alias of its bridge: it vanishes with that. */
export interface NetworkRecord {
  readonly network: string
  readonly bridgeType: BridgeType
  /** Name of the ENI when the network was made. */
  readonly eni: string
  /** MAC address of the ENI, by which it is known; empty if it has none. */
  readonly mac: string
  /** MAC address of a bridge that the reference plugin made: its containers send to it. An older program gives it another one. */
  readonly bridgeMac?: string | undefined
  readonly before: EniBefore
  /** Number of its own routing table, if it has one. */
  readonly table?: number | undefined
}

/** Returns the text of a network's record. */
export function networkAlias({ network, bridgeType, eni, mac, bridgeMac, before, table }: NetworkRecord): string {
  const { up, isAddressed = false, forwarding, mtu, inet6 } = before
  return writeRecord({
    network,
    type: bridgeType === 'L3' ? undefined : bridgeType,
    eni,
    mac,
    bridge_mac: bridgeMac,
    up: up ? '1' : '0',
    addressed: isAddressed ? '1' : undefined,
    forwarding,
    mtu: mtu?.toString(),
    forwarding6: inet6?.forwarding,
    accept_ra: inet6?.acceptRa,
    table: table?.toString(),
  })
}

/** @returns `undefined` when the alias is not the record of a network */
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
  const number = table === undefined ? undefined : Number(table)
  return { network, bridgeType: type === 'L2' ? 'L2' : 'L3', eni, mac, before, bridgeMac, table: number }
}
