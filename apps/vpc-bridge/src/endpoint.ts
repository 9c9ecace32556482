import type { Family, KernelError, Netns } from '@vpc-bridge/kernel'
import { hostOf } from '@vpc-bridge/kernel/ip'
import { bridgePort, linkAlias, linkUp } from '@vpc-bridge/link'
import { linkAway, within } from '@vpc-bridge/netns'
import { type EndpointIdentity, hostVethName, macFor } from '@vpc-bridge/plugin'
import { forgetNeighbour, type OwnTable } from '@vpc-bridge/route'
import type { Step } from '@vpc-bridge/step'
import { takingAlong } from '@vpc-bridge/step'
import { type EniBefore, endpointAlias } from './alias.ts'
import { l2Bridge } from './l2-bridge.ts'
import { l3Bridge } from './l3-bridge.ts'
import type { NetworkNames } from './names.ts'
import { recordAlias } from './record-text.ts'
import { tapInterface } from './tap-interface.ts'
import { vethInterface } from './veth-interface.ts'

/** Steps in the host's namespace. */
export type Steps = readonly Step<Netns, KernelError>[]

/** How the ENI's traffic reaches the containers: routed, or switched. */
export type BridgeType = 'L2' | 'L3'

/** What the container gets; a TAP interface is for a virtual machine that a user runs in the container. */
export type InterfaceType = { readonly type: 'veth' } | { readonly type: 'tap'; readonly userId: number }

/** A route in the container. */
export interface ContainerRoute {
  /** Prefix, bits behind its length zero. */
  readonly destination: string
  /** Absent: the router of its IP version. */
  readonly gateway?: string
  /** Lower ones are preferred. */
  readonly metric?: number
}

/** A container's endpoint on a VPC network. */
export interface Endpoint extends EndpointIdentity {
  /** Name of the network. */
  readonly network: string
  /** Of the network's links. */
  readonly names: NetworkNames
  /** MAC address of the bridge, where it is not made of its name: in L3, where the reference plugin made it. */
  readonly bridgeMac?: string
  readonly bridgeType: BridgeType
  readonly interfaceType: InterfaceType
  readonly eni: SharedEni
  /** Path of the network namespace that ENI and bridge are in; absent: the host's. */
  readonly bridgeNetns?: string
  /** The IP versions that the network carries: those of this endpoint, and those of the endpoints before it. */
  readonly families: readonly Family[]
  /** Path of the container's network namespace. */
  readonly netns: string
  /** Name of the host's end of its veth pair, where that is not made of its identity: the reference plugin made it, or it was renamed. */
  readonly hostEnd?: string
  /** Addresses of the container, with the prefix length of their subnet. */
  readonly addresses: readonly string[]
  /** Address of the VPC's router, for IPv4. */
  readonly gateway?: string
  /** Routes besides the default ones. */
  readonly routes?: readonly ContainerRoute[]
  /** The IP versions of which it gets no default route: another interface of the container has it, or none is wanted. */
  readonly withoutDefault?: readonly Family[]
  /** The network's own routing table, where its packets would leave by another interface than the ENI; L3 only. */
  readonly ownTable?: OwnTable
  /** MAC address of the container. Absent: one that is made of the endpoint's identity. */
  readonly mac?: string
  /** Of all links, in bytes. */
  readonly mtu: number
}

/** The network interface that a network's endpoints share. */
export interface SharedEni {
  readonly name: string
  /** Its name when the network was made, which the record keeps. */
  readonly recordedAs: string
  readonly mac: string
  /** How it was before the network came. */
  readonly before: EniBefore
}

/** An interface as a result tells of it. */
interface MadeInterface {
  readonly name: string
  readonly mac: string
  /** In bytes. */
  readonly mtu: number
}

/** What a bridge is to an endpoint, and what it needs. */
export interface BridgeSteps {
  /** The bridge, which keeps the record of how the ENI was before: it has to outlive what is done to the ENI. */
  readonly network: Steps
  /** What is done to the ENI. */
  readonly eni: Steps
  /** For the endpoint: how packets find to it. */
  readonly endpoint: Steps
  readonly mac: string
  /** The routers that the container sees. */
  readonly gateways: Readonly<Partial<Record<Family, string>>>
  /** MAC address of the routers, where it is known beforehand. */
  readonly gatewayMac?: string
}

/** The container's side. */
export interface InterfaceSteps {
  /** The veth pair, whose near end is a port of the bridge. */
  readonly port: Steps
  readonly container: Steps
}

/** The steps, in the order in which they are applied. All endpoints of a network share the first three parts. */
export interface EndpointSteps {
  /** The ENI in the bridge's namespace. */
  readonly away: Steps
  readonly network: Steps
  readonly eni: Steps
  /** From then on the network is in use. */
  readonly port: Steps
  /** Of an endpoint that exists: its end of the veth pair on the host as a port of the bridge. */
  readonly hostEnd: Steps
  readonly endpoint: Steps
  /** In the container. */
  readonly container: Steps
  /** From then on the endpoint is there, and packets to it find it. */
  readonly finish: Steps
  /** The interface that the container gets. */
  readonly interface: MadeInterface
  /** The interfaces that it is connected by, with the path of their namespace if that is not the host's. */
  readonly hostInterfaces: readonly (MadeInterface & { readonly sandbox?: string })[]
  readonly gateways: BridgeSteps['gateways']
  /** Those of them that are on its default routes. */
  readonly defaultRouters: BridgeSteps['gateways']
}

/** Keys by which the record of an unfinished endpoint differs from that of the finished one. */
const unfinishedKeys = ['unfinished', 'nodefault', 'mac', 'addresses', 'netns']

/** What makes an endpoint, whatever its mode. */
export function endpointSteps(endpoint: Endpoint): EndpointSteps {
  const { bridgeNetns, eni, interfaceType, mtu } = endpoint
  const inBridgeNetns = (steps: Steps): Steps => (bridgeNetns === undefined ? steps : within(bridgeNetns, steps))
  const { bridge: bridgeName } = endpoint.names
  const usual = hostVethName(endpoint)
  const hostVeth = endpoint.hostEnd ?? usual
  const record = endpointAlias(endpoint)
  const link = {
    name: hostVeth,
    mac: macFor(`host end of ${usual}`),
    containerMac: endpoint.mac ?? macFor(`container end of ${usual}`),
    bridge: bridgeName,
    // There may be less room than in the finished one.
    unfinished: recordAlias(endpointAlias({ ...endpoint, isUnfinished: true }), unfinishedKeys),
  }
  const neighbours = endpoint.addresses.map((each) => forgetNeighbour({ dev: bridgeName, address: hostOf(each) }))
  const bridge = endpoint.bridgeType === 'L3' ? l3Bridge(endpoint) : l2Bridge(endpoint, link.containerMac)
  const made =
    interfaceType.type === 'veth'
      ? vethInterface(endpoint, link, bridge)
      : tapInterface(endpoint, link, interfaceType.userId)
  const place = bridgeNetns === undefined ? {} : { sandbox: bridgeNetns }
  return {
    away: bridgeNetns === undefined ? [] : [linkAway({ name: eni.name, netns: bridgeNetns })],
    network: inBridgeNetns(bridge.network),
    eni: inBridgeNetns(bridge.eni),
    port: inBridgeNetns(made.port.map((step) => takingAlong(step, neighbours))),
    hostEnd: inBridgeNetns([bridgePort({ dev: hostVeth, bridge: bridgeName }), linkUp({ name: hostVeth })]),
    endpoint: inBridgeNetns(bridge.endpoint),
    container: made.container,
    finish: inBridgeNetns([...neighbours, linkAlias({ name: hostVeth, alias: recordAlias(record) })]),
    interface: { name: endpoint.ifName, mac: link.containerMac, mtu },
    hostInterfaces: [
      { name: hostVeth, mac: link.mac, mtu, ...place },
      { name: bridgeName, mac: bridge.mac, mtu, ...place },
    ],
    gateways: bridge.gateways,
    defaultRouters: defaultRoutersOf(bridge, endpoint),
  }
}

/** The routers of an endpoint's default routes. */
export function defaultRoutersOf(
  { gateways }: Pick<BridgeSteps, 'gateways'>,
  { withoutDefault = [] }: Pick<Endpoint, 'withoutDefault'>,
): BridgeSteps['gateways'] {
  const { inet, inet6 } = gateways
  return {
    ...(inet === undefined || withoutDefault.includes('inet') ? {} : { inet }),
    ...(inet6 === undefined || withoutDefault.includes('inet6') ? {} : { inet6 }),
  }
}

/** The steps in what all endpoints of a network share. */
export function sharedOf({ away, network, eni }: EndpointSteps): Steps {
  return [...away, ...network, ...eni]
}

/** All steps of an endpoint, in the order in which they are applied. */
export function allOf(steps: EndpointSteps): Steps {
  return [...sharedOf(steps), ...ownOf(steps)]
}

/** The steps in what is an endpoint's own. */
export function ownOf({ port, endpoint, container, finish }: EndpointSteps): Steps {
  return [...port, ...endpoint, ...container, ...finish]
}
