import { type ContainerEnd, type FarEnd, lostNamespace, type Near, type Surroundings, toCommand } from '@vpc-bridge/cli'
import type { Family, KernelError, Link, LinkSettings, Netns } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import type { Compare, Drift } from '@vpc-bridge/plugin'
import type { OwnTable } from '@vpc-bridge/route'
import type { Step } from '@vpc-bridge/step'
import type { BridgeType } from '../config/vpc-config.ts'
import { endpointSteps } from '../endpoint/endpoint.ts'
import { type EndpointRecord, hostLinkFor } from '../endpoint/endpoint-record.ts'
import type { SharedEni } from '../endpoint/model.ts'
import { bridgeMacFor, type NetworkNames } from '../network/names.ts'

/** What a network was made of, by its record: enough to write down its steps again. */
export interface Blueprint {
  readonly network: string
  readonly bridgeType: BridgeType
  readonly bridge: { readonly name: string; readonly index: number }
  readonly names: NetworkNames
  /** Where it is not made of the bridge's name. */
  readonly bridgeMac?: string
  /** Path of the namespace that ENI and bridge are in; absent: the host's. */
  readonly bridgeNetns?: string
  /** By its name now, and its MAC address when the network was made. */
  readonly eni: SharedEni
  readonly families: readonly Family[]
  readonly ownTable?: OwnTable
  /** In bytes. */
  readonly mtu: number
}

/**
 * Drift of what a network's endpoints share.
 *
 * @param eni the ENI as it is now
 */
export async function driftOfNetwork(
  { bridge, ...blueprint }: Blueprint,
  eni: Link | undefined,
  compare: Compare,
): Promise<readonly Drift[]> {
  const none = { containerId: '', ifName: '', netns: '', addresses: [], interfaceType: { type: 'veth' } } as const
  const hostLink = hostLinkFor({ network: blueprint.network, ...none })
  const steps = endpointSteps({ ...blueprint, ...none, hostLink })
  const { name, mac } = blueprint.eni
  if (eni === undefined)
    return [{ what: `the ENI ${name} is gone`, link: name }, ...(await driftOf(compare, steps.network))]
  const replaced =
    eni.mac === undefined || eni.mac === mac
      ? []
      : [{ what: `${name} has the MAC address ${eni.mac}, and had ${mac} when the network was made`, link: name }]
  return [...replaced, ...(await driftOf(compare, [...steps.network, ...steps.eni]))]
}

/**
 * Drift of what is an endpoint's own: of all of it if its namespace can be entered, else of what is on the host.
 *
 * @param around tells of namespaces that this user may not look into
 */
export async function driftOfEndpoint(
  blueprint: Blueprint,
  around: Pick<Surroundings, 'farEnds'> & { readonly compare: Compare },
  { link, record }: Near<EndpointRecord>,
  farEnd: FarEnd | undefined,
  end: ContainerEnd | undefined,
): Promise<readonly Drift[]> {
  const { compare } = around
  const isVeth = record.interfaceType.type === 'veth'
  const found = end?.defaultVia.find((via) => via.includes('.'))
  const given = farEnd === undefined ? [] : await routersGiven(blueprint, farEnd)
  // The record does not tell which router it was, but the neighbour entry does that was made for it.
  const gateway = found !== undefined && given.includes(found) ? found : (given[0] ?? found)
  const addresses = record.addresses.length > 0 ? record.addresses : (end?.addresses ?? [])
  const { port, endpoint, container } = endpointSteps({
    ...blueprint,
    ...record,
    hostLink: hostLinkFor({ ...record, addresses }),
    addresses,
    netns: record.netns ?? farEnd?.place.path ?? '',
    ...(gateway === undefined ? {} : { gateway }),
  })
  if (farEnd === undefined || end === undefined) {
    return [lostNamespace(around), ...driftOfHostEnd(blueprint, link), ...(await driftOf(compare, endpoint))]
  }
  const hasInet = addresses.some((address) => !isInet6(address))
  const lost =
    isVeth && hasInet && gateway === undefined && !record.withoutDefault?.includes('inet')
      ? [{ what: `there is no default route by ${end.name} in the container` }]
      : []
  const drift = await driftOf(compare, [...port, ...endpoint, ...container])
  const isKnown = gateway === undefined || given.includes(gateway)
  return [...drift.map((each) => (isKnown ? each : withoutRouter(each, gateway))), ...lost]
}

/** The routers of IPv4 whose packets go to the bridge, where that is written down: in L3. */
async function routersGiven(
  { bridge, bridgeType, bridgeMac }: Blueprint,
  { netns, link }: FarEnd,
): Promise<readonly string[]> {
  if (bridgeType !== 'L3') return []
  const mac = bridgeMac ?? bridgeMacFor(bridge.name)
  const neighbours = (await netns.neighbours(link.name)).unwrapOr([])
  return neighbours.filter((each) => each.mac === mac && !isInet6(each.address)).map(({ address }) => address)
}

/** What is wrong with a router that may be the wrong one is not to be put right. */
function withoutRouter({ repair, ...drift }: Drift, gateway: string): Drift {
  if (!drift.what.includes(`neighbour entry of ${gateway} `)) return repair === undefined ? drift : { ...drift, repair }
  return { ...drift, what: `${drift.what}; whether that is the router that it was given is not known` }
}

/** Drift of an endpoint whose network is gone. */
export async function endpointWithoutNetwork({ record }: Near): Promise<readonly Drift[]> {
  return [{ what: `the bridge of its network ${record.network} is gone` }]
}

function driftOfHostEnd({ bridge, bridgeNetns, mtu }: Blueprint, { name, up, ...link }: Link): readonly Drift[] {
  const setting = (set: LinkSettings) => toCommand({ do: 'set link', name, set }, bridgeNetns)
  return [
    ...(up ? [] : [{ what: `${name} is down`, link: name, repair: setting({ up: true }) }]),
    ...(link.master === bridge.index
      ? []
      : [{ what: `${name} is not a port of ${bridge.name}`, link: name, repair: setting({ master: bridge.name }) }]),
    ...(link.mtu === mtu
      ? []
      : [{ what: `${name} has the MTU ${link.mtu}, not ${mtu}`, link: name, repair: setting({ mtu }) }]),
  ]
}

async function driftOf(compare: Compare, steps: readonly Step<Netns, KernelError>[]): Promise<readonly Drift[]> {
  return (await compare(steps)).flatMap(({ drift }) => drift)
}
