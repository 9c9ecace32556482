import type { Family } from '@vpc-bridge/kernel'
import { containerMac, type EndpointIdentity, type Endpoint as EngineEndpoint, type Steps } from '@vpc-bridge/plugin'
import type { OwnTable } from '@vpc-bridge/route'
import type { BridgeType, InterfaceType, VpcConfig } from '../config/vpc-config.ts'
import type { NetworkNames } from '../network/names.ts'
import type { EniBefore } from '../network/network-record.ts'

/** What the endpoints of a network share. */
export interface SharedNetwork {
  /** Name of the network. */
  readonly network: string
  /** Of the network's links. */
  readonly names: NetworkNames
  /** MAC address of the bridge, where it is not made of its name: in L3, where the reference plugin made it. */
  readonly bridgeMac: string | undefined
  readonly bridgeType: BridgeType
  readonly eni: SharedEni
  /** Path of the network namespace that ENI and bridge are in; `undefined`: the host's. */
  readonly bridgeNetns: string | undefined
  /** The IP versions that the network carries: those of this endpoint, and those of the endpoints before it. */
  readonly families: readonly Family[]
  /** The network's own routing table, where its packets would leave by another interface than the ENI; L3 only. */
  readonly ownTable: OwnTable | undefined
  /** Of all links, in bytes. */
  readonly mtu: number
}

/** A container's endpoint on a VPC network. */
export interface Endpoint
  extends SharedNetwork,
    Pick<EngineEndpoint<VpcConfig>, 'containerId' | 'ifName' | 'netns' | 'hostLink' | 'routes'> {
  readonly interfaceType: InterfaceType
  /** Addresses of the container, with the prefix length of their subnet. */
  readonly addresses: readonly string[]
  /** Address of the VPC's router, for IPv4. */
  readonly gateway: string | undefined
  /** The IP versions of which it gets no default route: another interface of the container has it, or none is wanted. */
  readonly withoutDefault: readonly Family[]
  /** MAC address of the container, if it was chosen. */
  readonly mac?: string | undefined
}

/** The network interface that a network's endpoints share. */
interface SharedEni {
  readonly name: string
  readonly mac: string
  /** Its name and MAC address when the network was made: the record keeps both. */
  readonly recorded: { readonly name: string; readonly mac: string }
  /** Its state before the network came. */
  readonly before: EniBefore
}

/** The steps of a bridge, and what an endpoint on it needs to know. */
export interface BridgeSteps {
  /** The bridge, which keeps the record of the ENI's state before: it has to outlive what is done to the ENI. */
  readonly network: Steps
  /** On the ENI. */
  readonly eni: Steps
  /** By which packets find the endpoint. */
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
  /** Entries of earlier owners of its addresses, which must not be left. */
  readonly neighbours: Steps
  /** MAC address of the bridge. */
  readonly bridgeMac: string
  readonly gateways: BridgeSteps['gateways']
}

/** Returns the routers of an endpoint's default routes. */
export function defaultRoutersOf(
  { gateways }: Pick<BridgeSteps, 'gateways'>,
  { withoutDefault }: Pick<Endpoint, 'withoutDefault'>,
): BridgeSteps['gateways'] {
  const { inet, inet6 } = gateways
  return {
    ...(inet === undefined || withoutDefault.includes('inet') ? {} : { inet }),
    ...(inet6 === undefined || withoutDefault.includes('inet6') ? {} : { inet6 }),
  }
}

/** Returns the MAC address that a container is known by. */
export function macOf(endpoint: EndpointIdentity & Pick<Endpoint, 'mac'>): string {
  return endpoint.mac ?? containerMac(endpoint)
}
