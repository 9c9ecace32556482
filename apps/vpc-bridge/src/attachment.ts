import type { Family } from '@vpc-bridge/kernel'
import type { EniIdentity } from '@vpc-bridge/link'
import type { EndpointIdentity } from '@vpc-bridge/plugin'
import type { BridgeType, ContainerRoute, InterfaceType } from './endpoint.ts'

/** What ADD and DEL are about: one interface of one container on one network, validated and complete. */
export interface Attachment extends EndpointIdentity {
  /** Name of the network, as records know it. */
  readonly network: string
  readonly bridgeType: BridgeType
  readonly interfaceType: InterfaceType
  /** Path of the network namespace that ENI and bridge are to be in; absent: the host's. */
  readonly bridgeNetns?: string
  readonly eni: EniIdentity
  /** The MAC address that the configuration gives beside a name. The name wins. */
  readonly eniMac?: string
  /** Path of the container's network namespace. A DEL may come without one: the namespace is gone. */
  readonly netns?: string
  /** Addresses of the container, with the prefix length of their subnet. */
  readonly addresses: readonly string[]
  /** Address of the VPC's router, for IPv4. */
  readonly gateway?: string
  /** Routes of the container besides the default ones, which an IPAM plugin gave. */
  readonly routes?: readonly ContainerRoute[]
  /** The IP versions of which an IPAM plugin gave routes, but no default one. */
  readonly withoutDefault?: readonly Family[]
  /** MAC address that the container's interface is to have. */
  readonly mac?: string
  /** Of all links, in bytes. */
  readonly mtu: number
}
