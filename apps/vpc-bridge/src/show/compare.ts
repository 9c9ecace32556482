import { type Around, type ContainerEnd, driftOfPort, type FarEnd, lostNamespace, type Near } from '@vpc-bridge/cli'
import type { Link } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import type { Drift } from '@vpc-bridge/plugin'
import { endpointSteps } from '../endpoint/endpoint.ts'
import { type EndpointRecord, hostLinkFor } from '../endpoint/endpoint-record.ts'
import type { SharedNetwork } from '../endpoint/model.ts'
import { bridgeMacFor } from '../network/names.ts'

/** What a network was made of, by its record: enough to write down its steps again. */
export interface Blueprint extends SharedNetwork {
  readonly bridge: Link
}

/**
 * Drift of what a network's endpoints share.
 *
 * @param eni the ENI as it is now
 */
export async function driftOfNetwork(
  blueprint: Blueprint,
  eni: Link | undefined,
  { driftOf }: Pick<Around<EndpointRecord>, 'driftOf'>,
): Promise<readonly Drift[]> {
  const none = { containerId: '', ifName: '', netns: '', addresses: [], interfaceType: { type: 'veth' } } as const
  const hostLink = hostLinkFor({ network: blueprint.network, ...none })
  const unknown = { gateway: undefined, withoutDefault: [], routes: [] }
  const steps = endpointSteps({ ...blueprint, ...none, ...unknown, hostLink })
  const { name, mac } = blueprint.eni
  if (eni === undefined) return [{ what: `the ENI ${name} is gone`, link: name }, ...(await driftOf(steps.network))]
  const replaced =
    eni.mac === undefined || eni.mac === mac
      ? []
      : [{ what: `${name} has the MAC address ${eni.mac}, and had ${mac} when the network was made`, link: name }]
  return [...replaced, ...(await driftOf([...steps.network, ...steps.eni]))]
}

/**
 * Drift of what is an endpoint's own: of all of it if its namespace can be entered, else of what is on the host.
 *
 * @param around tells of namespaces that this user may not look into
 */
export async function driftOfEndpoint(
  blueprint: Blueprint,
  around: Pick<Around<EndpointRecord>, 'farEnds' | 'driftOf'>,
  { link, record }: Near<EndpointRecord>,
  farEnd: FarEnd | undefined,
  end: ContainerEnd | undefined,
): Promise<readonly Drift[]> {
  const { driftOf } = around
  const isVeth = record.interfaceType.type === 'veth'
  const found = end?.defaultVia.find((via) => via.includes('.'))
  const given = farEnd === undefined ? [] : await routersGiven(blueprint, farEnd)
  // The record does not tell which router it was, but the neighbour entry does that was made for it.
  const gateway = found !== undefined && given.includes(found) ? found : (given[0] ?? found)
  const addresses = record.addresses.length > 0 ? record.addresses : (end?.addresses ?? [])
  const { withoutDefault = [] } = record
  const { port, endpoint, container } = endpointSteps({
    ...blueprint,
    ...record,
    hostLink: hostLinkFor({ ...record, addresses }),
    addresses,
    netns: record.netns ?? farEnd?.place.path ?? '',
    gateway,
    withoutDefault,
    routes: [],
  })
  if (farEnd === undefined || end === undefined) {
    const { bridge, mtu, bridgeNetns } = blueprint
    const onHost = driftOfPort(link, { bridge, mtu, netns: bridgeNetns })
    return [lostNamespace(around), ...onHost, ...(await driftOf(endpoint))]
  }
  const hasInet = addresses.some((address) => !isInet6(address))
  const lost =
    isVeth && hasInet && gateway === undefined && !withoutDefault.includes('inet')
      ? [{ what: `there is no default route by ${end.name} in the container` }]
      : []
  const drift = await driftOf([...port, ...endpoint, ...container])
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
