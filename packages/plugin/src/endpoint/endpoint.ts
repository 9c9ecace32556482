import type { ResultDns } from '@vpc-bridge/cni'
import type { HostLink } from '../records/endpoint-record.ts'
import type { EndpointIdentity } from './names.ts'

/** An interface of a container on a network: what a command is about. */
export interface Endpoint<C> extends EndpointIdentity, Addressing {
  /** Name of the network, as records know it: `recordedName`. */
  readonly network: string
  /** What the plugin has read of the network configuration. */
  readonly config: C
  /** Path of the container's network namespace, such as `/run/netns/blue`. Empty where a DEL comes without: nothing is found there. */
  readonly netns: string
  /** For the result, with the pod's namespace in its search domains. */
  readonly dns: ResultDns
  /** CNI_ARGS, taken apart. */
  readonly args: Readonly<Record<string, string>>
  /** MAC address of the container's interface, the same each time: six lower-case hexadecimal pairs with colons. */
  readonly mac: string
  /** The link on the host that carries the record: the host end of the veth pair. */
  readonly hostLink: HostLink
}

/** The addresses and routes that an endpoint is given. */
export interface Addressing {
  readonly ips: readonly EndpointIp[]
  /** Routes of the container that an IPAM plugin gives. */
  readonly routes: readonly EndpointRoute[]
}

/** An address of a container; texts are canonical. */
export interface EndpointIp {
  /** With the prefix length of its subnet: `192.168.1.43/24`. */
  readonly address: string
  /** Address of the subnet's router. */
  readonly gateway?: string
}

/** A route of a container; texts are canonical. */
export interface EndpointRoute {
  /** Prefix, bits behind its length zero. */
  readonly destination: string
  /** Address of the next hop. Absent: the destination is on the link. */
  readonly gateway?: string
  /** Lower ones are preferred. */
  readonly metric?: number
}

/** A network configuration as the engine and the plugin read it. */
export interface Configured<C> {
  /** Its `name`. */
  readonly network: string
  /** The plugin's own keys. */
  readonly config: C
  /** Its `dns`; without that key empty. */
  readonly dns: ResultDns
  /** The IPAM plugin that gives the addresses, by the name of its executable. */
  readonly ipam?: { readonly type: string }
}

/** A configuration with the addresses of an endpoint, as far as they are known. */
export type Attached<C> = Configured<C> & Addressing

/** An endpoint as a command names it. */
export interface EndpointRef extends EndpointIdentity {
  /** Path, or name as of ip-netns(8), of the container's network namespace. Absent, or empty: unknown, as it may be for a DEL. */
  readonly netns?: string
  /** CNI_ARGS, taken apart. */
  readonly args?: Readonly<Record<string, string>>
}
