import type { Family } from './ip.ts'

/** A network configuration of vpc-bridge, complete and canonical. */
export interface NetworkConfig {
  /** Name of the network. */
  readonly name: string
  readonly eni: EniSelection
  /** Addresses of the ENI, with prefix lengths. */
  readonly eniAddresses: readonly string[]
  /** Prefixes of the VPC. */
  readonly vpcCidrs: readonly string[]
  readonly bridgeType: 'L2' | 'L3'
  /** Name or path of the network namespace that the bridge is in; absent: the host's. */
  readonly bridgeNetns?: string
  /** Where the container's addresses come from, if not from here. */
  readonly ipam?: { readonly type: string }
  /** Addresses of the container, with the prefix length of their subnet; at least one, unless `ipam` gives them. */
  readonly addresses: readonly string[]
  /** MAC address that the runtime wants the container's interface to have. */
  readonly mac?: string
  /** Of all links of the network, in bytes. */
  readonly mtu: number
  /** Address of the router for each family that has one. */
  readonly gateways: Readonly<Partial<Record<Family, string>>>
  readonly interface: { readonly type: 'veth' } | { readonly type: 'tap'; readonly userId: number }
  /** Prefix of the Kubernetes services. */
  readonly serviceCidr?: string
  readonly dns: Dns
}

/** Which ENI: by name, or by MAC address. With both, the name decides, and the MAC address is there to be compared. */
export type EniSelection =
  | { readonly by: 'name'; readonly name: string; readonly mac?: string }
  | { readonly by: 'mac'; readonly mac: string }

/** Settings of the name resolver, passed on to the runtime. */
export interface Dns {
  readonly nameservers?: readonly string[]
  readonly domain?: string
  readonly search?: readonly string[]
  readonly options?: readonly string[]
}
