import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { type EniIdentity, findEni, linkWithMac } from '@vpc-bridge/link'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { BridgeType } from '../config/vpc-config.ts'
import { readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { isNewerRecord } from '../record-text.ts'
import { bridgeMacFor, indexInBridgeName, type NetworkNames, networkNames } from './names.ts'
import { type NetworkRecord, readNetworkAlias } from './network-record.ts'
import { isReferenceBridge } from './reference-plugin.ts'

/** A network as it is on a host, or as an ADD would begin it. */
export interface Network {
  readonly names: NetworkNames
  /** The bridge, if it is ours. */
  readonly bridge?: Link
  /** What the bridge's alias tells; absent where an ADD was killed before it was written, or the reference plugin made the bridge. */
  readonly record?: NetworkRecord
  /** Absent: nothing tells. */
  readonly bridgeType?: BridgeType
  /** MAC address of the bridge, where it is not made of its name. */
  readonly bridgeMac?: string | undefined
  /** A link of the bridge's name that is somebody else's. */
  readonly foreign?: Link
  /** The ENI, whatever it is called now; absent: missing. */
  readonly eni?: Link
  /** Name of the ENI when the network was made, which the record keeps: the dummy link is named after it. */
  readonly recordedEni: string
  /** Whether the ENI is in the bridge's namespace. */
  readonly isEniInPlace: boolean
  /** The link that the configuration names, where that is another one than the network was made on. */
  readonly rival?: Link
}

/** A bridge with the record of a network. */
interface Recorded {
  readonly bridge: Link
  readonly record: NetworkRecord
}

/** What a configuration names. */
export interface Wanted {
  readonly network: string
  readonly eni: EniIdentity
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
    const inPlace = yield* findEni(site, wanted.eni)
    const configured = inPlace ?? (isOneNamespace ? undefined : yield* findEni(home, wanted.eni))
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
      const eni = configured === undefined ? {} : { eni: configured }
      const bridge = links.find((link) => link.index === port?.master && isNamedFor(network, link)) ?? usual
      return ok({ ...begun(wanted, bridge, links, configured), ...eni, isEniInPlace: inPlace !== undefined })
    }
    const meant = found === byConfiguration ? configured : undefined
    const eni = cardOf(cards, found.record) ?? meant ?? links.find((link) => isNamesake(link, found))
    return ok({
      ...known(found),
      ...(eni === undefined ? {} : { eni }),
      isEniInPlace: eni !== undefined && links.some((link) => isSame(link, eni)),
      ...(meant === undefined || isSame(meant, eni) ? {} : { rival: meant }),
    })
  })
}

function isMeant(eni: EniIdentity, record: NetworkRecord): boolean {
  return eni.by === 'name' ? record.eni === eni.name : record.mac === eni.mac
}

/** The ENI of a network among links, whatever it is called now: the one with its MAC address. */
function cardOf(links: readonly Link[], { mac, eni }: NetworkRecord): Link | undefined {
  return mac === '' ? undefined : linkWithMac(links, mac, eni)
}

/** The ENI of a network among links, by its record alone: if none has its MAC address any more, the one with its name. */
export function eniOfRecord(links: readonly Link[], record: NetworkRecord): Link | undefined {
  return cardOf(links, record) ?? links.find(({ name }) => name === record.eni)
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

/** A network without a record: one that an ADD has begun, one of the reference plugin, or none yet. */
function begun(
  { network, eni: wanted }: Wanted,
  bridge: Link | undefined,
  links: readonly Link[],
  eni: Link | undefined,
): Omit<Network, 'isEniInPlace'> {
  const name = eni?.name ?? (wanted.by === 'name' ? wanted.name : '')
  const former = bridge === undefined ? formerEni(network, links, { name, index: eni?.index }) : undefined
  if (former !== undefined) return { names: networkNames(network, former), recordedEni: former.name }
  const index = (bridge === undefined ? undefined : indexInBridgeName(network, bridge.name)) ?? eni?.index ?? 0
  const base = { names: networkNames(network, { name, index }), recordedEni: name }
  if (bridge === undefined) return base
  // Shortened names may be the same.
  const { network: other = network } = readNetworkAlias(bridge.alias) ?? {}
  if (other !== network) return { ...base, foreign: bridge }
  if (isNewerRecord(bridge.alias) || isUnfinished(network, bridge, links, eni)) return { ...base, bridge }
  if (bridge.kind !== 'bridge' || !isReferenceBridge(bridge, links, eni)) return { ...base, foreign: bridge }
  return { ...base, bridge, bridgeType: 'L3', bridgeMac: bridge.mac }
}

/**
 * Returns name and index that an ENI had when a network was made on it whose bridge another process has deleted since, by the names of
 * the dummy link that is left. The bridge gets its former name again, and with that the MAC address that its containers send to.
 *
 * @param now name of the ENI now, and its index
 */
function formerEni(
  network: string,
  links: readonly Link[],
  now: { readonly name: string; readonly index: number | undefined },
): { readonly name: string; readonly index: number } | undefined {
  const left = links.filter(({ kind, master }) => ['dummy', 'ifb'].includes(kind ?? '') && master === undefined)
  const enis = left.flatMap((link) => {
    const names = [link.name, ...link.altNames].flatMap((each) => /^(.+)dummy$/.exec(each)?.[1] ?? [])
    const index = names.flatMap((each) => indexInBridgeName(network, each) ?? [])[0]
    const start = `${network}br`
    const byName = names.find((each) => each.startsWith(start) && each !== `${start}${index}`)?.slice(start.length)
    return index === undefined || byName === undefined ? [] : [{ name: byName, index }]
  })
  // One that is still there is another one.
  const isGone = ({ name }: { readonly name: string }) => links.every((link) => link.name !== name)
  return enis.find((each) => each.name === now.name || each.index === now.index || isGone(each))
}

/** Whether a bridge is one that an ADD was killed over before it wrote the record, or one whose record somebody has removed. */
function isUnfinished(
  network: string,
  { name, index, kind, mac }: Link,
  links: readonly Link[],
  eni: Link | undefined,
): boolean {
  if (kind !== 'bridge' || mac === undefined) return false
  if (mac === bridgeMacFor(name)) return true
  const ports = links.filter(({ master }) => master === index)
  const isOurs = ({ alias }: Link) => readEndpointAlias(alias)?.network === network
  return mac === eni?.mac && (ports.length === 0 || ports.some(isOurs))
}
