import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { findCard, recordedCard, recordedCardOrNamesake } from '@vpc-bridge/link'
import { indexInBridgeName } from '@vpc-bridge/plugin'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { begunNetwork } from './begun-network.ts'
import { networkNames } from './names.ts'
import type { Network, Wanted } from './network.ts'
import { type NetworkRecord, readNetworkAlias } from './network-record.ts'

/** A bridge with the record of a network. */
interface Recorded {
  readonly bridge: Link
  readonly record: NetworkRecord
}

/** Where else a network is looked for. */
export interface Search {
  /** The namespace that the ENI comes from. Absent: the bridge's. */
  readonly home?: Netns
  /** Host's end of an endpoint: it is on its network, whatever the configuration says by now. */
  readonly port?: Link
}

/**
 * Finds the network that a configuration means. One that exists is known by the record of its bridge, and its ENI by the MAC
 * address in that: names and indexes change while containers run.
 *
 * @param site the namespace of the bridge
 */
export function locateNetwork(
  site: Netns,
  wanted: Wanted,
  { home = site, port }: Search = {},
): ResultAsync<Network, KernelError> {
  return safeTry<Network, KernelError>(async function* () {
    const { network } = wanted
    const isOneNamespace = home.id === site.id
    const inPlace = yield* findCard(site, wanted.eni)
    const configured = inPlace ?? (isOneNamespace ? undefined : yield* findCard(home, wanted.eni))
    const usual = yield* configured === undefined
      ? okAsync(undefined)
      : site.link(networkNames(network, configured).bridge)
    const own = usual === undefined ? undefined : recordedAs(network, usual)
    // Most often; to list the links costs the more the more endpoints there are.
    if (own !== undefined && own.record.mac === configured?.mac && (port?.master ?? usual?.index) === usual?.index) {
      return ok({ ...known(own), eni: configured, isEniInPlace: inPlace !== undefined })
    }
    const links = yield* site.links()
    const cards = isOneNamespace ? links : [...links, ...(yield* home.links())]
    const all = links.flatMap((link) => recordedAs(network, link) ?? [])
    const isEndpoint = readEndpointAlias(port?.alias)?.network === network
    const byPort =
      all.find(({ bridge }) => bridge.index === port?.master) ??
      // Another process has taken it off the bridge.
      (isEndpoint && port?.master === undefined && all.length === 1 ? all[0] : undefined)
    const byConfiguration =
      all.find(({ record }) => isSame(configured, cardOf(cards, record))) ??
      all.find(({ bridge }) => bridge.name === usual?.name) ??
      all.find(({ record }) => isMeant(wanted.eni, record))
    const found = byPort ?? byConfiguration
    if (found === undefined) {
      const bridge = links.find((link) => link.index === port?.master && isNamedFor(network, link)) ?? usual
      const begun = begunNetwork(wanted, bridge, links, configured)
      return ok({ ...begun, eni: configured, isEniInPlace: inPlace !== undefined })
    }
    const meant = found === byConfiguration ? configured : undefined
    const eni = cardOf(cards, found.record) ?? links.find((link) => isNamesake(link, found)) ?? meant
    // By a MAC address that it has had, a link on top of the ENI is found.
    const isOther = meant !== undefined && !isSame(meant, eni) && meant.parent !== eni?.index
    return ok({
      ...known(found),
      eni,
      isEniInPlace: eni !== undefined && links.some((link) => isSame(link, eni)),
      rival: isOther ? meant : undefined,
    })
  })
}

function isMeant(eni: Wanted['eni'], record: NetworkRecord): boolean {
  return eni.by === 'name' ? record.eni === eni.name : record.mac === eni.mac
}

/** The ENI of a network among links, whatever it is called now: the one with its MAC address. */
function cardOf(links: readonly Link[], { mac, eni }: NetworkRecord): Link | undefined {
  return recordedCard(links, { name: eni, mac })
}

/** The ENI of a network among links, by its record alone: if none has its MAC address any more, the one with its name. */
export function eniOfRecord(links: readonly Link[], { mac, eni }: NetworkRecord): Link | undefined {
  return recordedCardOrNamesake(links, { name: eni, mac })
}

/** Whether a link has both the name and the index that an ENI had when the network was made: then only its MAC address is new. */
function isNamesake({ name, index }: Link, { bridge, record }: Recorded): boolean {
  return name === record.eni && index === indexInBridgeName(record.network, bridge.name)
}

/** Whether two looks found the same link. Those of two namespaces may have the same index. */
function isSame(one: Link | undefined, other: Link | undefined): boolean {
  return one !== undefined && one.index === other?.index && one.name === other.name
}

/** A link as the bridge of a network of that name; `undefined` when it is none. */
function recordedAs(network: string, bridge: Link): Recorded | undefined {
  const record = bridge.kind === 'bridge' ? readNetworkAlias(bridge.alias) : undefined
  return record?.network === network && isNamedFor(network, bridge) ? { bridge, record } : undefined
}

function isNamedFor(network: string, { name }: Link): boolean {
  return indexInBridgeName(network, name) !== undefined
}

/** What the record of a network tells. */
export function known({ bridge, record }: Recorded): Omit<Network, 'isEniInPlace'> {
  const { network, eni, bridgeType, bridgeMac } = record
  return {
    names: networkNames(network, { name: eni, index: indexInBridgeName(network, bridge.name) ?? 0 }),
    bridge,
    record,
    bridgeType,
    bridgeMac,
    recordedEni: eni,
  }
}
