import type { Family, Link } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import type { Adopted, Endpoint, Inet6Switch, MadeEndpoint, Steps } from '@vpc-bridge/plugin'
import type { OwnTable } from '@vpc-bridge/route'
import type { VpcConfig } from '../config/vpc-config.ts'
import { endpointSteps } from '../endpoint/endpoint.ts'
import { defaultRoutersOf, type Endpoint as Model, macOf } from '../endpoint/model.ts'
import type { Network } from '../network/network.ts'
import type { EniBefore } from '../network/network-record.ts'

/** All that is known of the host when an endpoint is made or removed. */
export interface View {
  readonly network: Network
  /** Path of the network's namespace, where that is not the host's. */
  readonly networkPath: string | undefined
  /** The ENI's state before the first network came, or for a removal: as it is to be left. */
  readonly before: EniBefore
  /** The IP versions that the network carries. */
  readonly families: readonly Family[]
  readonly ownTable: OwnTable | undefined
  /** The IP versions of which the endpoint gets no default route. */
  readonly withoutDefault: readonly Family[]
  readonly obstacles: Obstacles
  readonly removal: Removal
}

/** What may speak against an ADD. */
export interface Obstacles {
  /** Addresses of the host on links of the network. */
  readonly hostAddresses: readonly { readonly dev: string; readonly address: string }[]
  /** Name of the link that the ENI is a part of, and that is not the network's bridge. */
  readonly master?: string
  /** A link on top of the ENI that keeps it from being a port of a bridge. */
  readonly onTop?: Link | undefined
  /** The host learns routes of IPv6 by the ENI. */
  readonly isLearnt?: boolean
  /** Name of the bridge of another network on an ENI that an L2 network needs for itself. */
  readonly otherBridge?: string
  /** What another plugin has the ENI for: `vpc-eni, by the record of eni0a1b2c3d4e5`. */
  readonly otherPlugin?: string
  /** An address of the endpoint that another one has, as far as that is looked for before anything is made. */
  readonly held?: { readonly address: string; readonly by: string } | undefined
  /** Settings of IPv6 where it is needed. */
  readonly inet6: readonly Inet6Switch[]
}

/** What a removal needs to know besides. */
export interface Removal {
  /** The endpoint, if the reference plugin has made it. */
  readonly adopted?: Adopted | undefined
  /** Tables that nobody needs, and what leads to them. */
  readonly sweeping: Steps
  /** Another link has the ENI's name, or there is none: nothing is put back. */
  readonly isReplaced?: boolean
  /** Neither the endpoint nor a network of ours exists where it would be. */
  readonly isElsewhere?: boolean
  /** Other networks are on the ENI, which stays where it is. */
  readonly isShared?: boolean
}

export const noObstacles: Obstacles = { hostAddresses: [], inet6: [] }
export const noRemoval: Removal = { sweeping: [] }

/** Nothing to put back. */
export const untouched: EniBefore = { up: true, forwarding: '1' }

/** Returns the VPC's router of IPv4, as the configuration names it, or an IPAM plugin. */
export function gatewayOf({ config, ips }: Endpoint<VpcConfig>): string | undefined {
  return config.gateways.inet ?? ips.find(({ address }) => !isInet6(address))?.gateway
}

/** Returns the model of an endpoint, by all that is known. */
export function modelOf(view: View, endpoint: Endpoint<VpcConfig>): Model {
  const { network, networkPath: bridgeNetns, families, ownTable, withoutDefault, before } = view
  const { names, eni, recordedEni, bridgeMac, bridgeType = endpoint.config.bridgeType } = network
  const { interface: interfaceType, mac, mtu } = endpoint.config
  const eniMac = eni?.mac ?? ''
  // Configurations go on to say by what it was known at first.
  const recorded = { name: recordedEni, mac: network.record?.mac || eniMac }
  return {
    ...endpoint,
    names,
    bridgeType,
    bridgeMac,
    interfaceType,
    eni: { name: eni?.name ?? recordedEni, mac: eniMac, recorded, before },
    bridgeNetns,
    families,
    addresses: endpoint.ips.map(({ address }) => address),
    gateway: gatewayOf(endpoint),
    withoutDefault,
    ownTable,
    mac,
    mtu,
  }
}

/** Returns what an ADD has made. */
export function madeOf(view: View, endpoint: Endpoint<VpcConfig>): MadeEndpoint {
  const model = modelOf(view, endpoint)
  const { mtu, hostLink, names, interfaceType, bridgeNetns } = model
  const { bridgeMac, gateways } = endpointSteps(model)
  const { inet, inet6 } = defaultRoutersOf({ gateways }, model)
  const place = bridgeNetns === undefined ? {} : { sandbox: bridgeNetns }
  return {
    inside: { name: endpoint.ifName, mac: macOf(model), mtu },
    ...(interfaceType.type === 'tap' ? { isForMachine: true } : {}),
    outside: [
      { name: hostLink.name, mac: hostLink.mac, mtu, ...place },
      { name: names.bridge, mac: bridgeMac, mtu, ...place },
    ],
    ips: endpoint.ips.map(({ address }) => {
      const gateway = isInet6(address) ? gateways.inet6 : gateways.inet
      return { address, ...(gateway === undefined ? {} : { gateway }) }
    }),
    routes: [
      ...(inet === undefined ? [] : [{ destination: '0.0.0.0/0', gateway: inet }]),
      ...(inet6 === undefined ? [] : [{ destination: '::/0', gateway: inet6 }]),
      ...endpoint.routes,
    ],
  }
}
