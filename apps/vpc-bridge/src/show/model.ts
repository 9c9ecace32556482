/**
 * What vpc-bridge has made on a host, as plain values: what `show --json` prints, and what the text and the picture are
 * drawn from. Addresses are written as the kernel port writes them, MTUs are in bytes.
 */

import type { MacTranslation } from '@vpc-bridge/kernel'
import type { Drift } from '@vpc-bridge/plugin'
import type { BridgeType, InterfaceType } from '../config.ts'

/** Everything of vpc-bridge that is on a host: in its network namespace, and in others that bridges are in. */
export interface Observation {
  readonly networks: readonly Network[]
  /** Endpoints whose network's bridge is gone. */
  readonly strays: readonly Endpoint[]
}

/** A network: what its endpoints share, and the endpoints. */
export interface Network {
  readonly name: string
  /** The namespace that ENI and bridge are in; absent: the host's. */
  readonly netns?: Place
  readonly bridgeType: BridgeType
  readonly eni: Eni
  readonly bridge: Interface & {
    /** Without the link-local ones. In L2 those of the ENI. */
    readonly addresses: readonly string[]
    readonly ports: number
    /** How many ports it can have. */
    readonly mostPorts: number
  }
  /** Absent: it is missing, or there is none in this mode (L2). */
  readonly dummy?: Interface & {
    readonly altNames: readonly string[]
    /** Whether it is a port of the bridge. */
    readonly isPort: boolean
  }
  /** Of L2; absent there: it is missing, or not as it should be. */
  readonly macTranslation?: MacTranslation
  /** The kernel settings that the network depends on, as they are. */
  readonly settings: readonly Setting[]
  readonly endpoints: readonly Endpoint[]
  /** Of what the endpoints share. */
  readonly drift: readonly Drift[]
}

/** A network interface as it is. */
export interface Interface {
  readonly name: string
  readonly index: number
  /** Driver kind, such as `bridge`; absent for hardware. */
  readonly kind?: string
  readonly mac?: string
  readonly mtu: number
  /** Whether it is administratively up. */
  readonly up: boolean
}

/** The interface that the network's endpoints share, by the record of the network. */
export type Eni =
  | (Interface & {
      readonly isThere: true
      /** Without the link-local ones. */
      readonly addresses: readonly string[]
    })
  | { readonly isThere: false; readonly name: string; readonly mac?: string }

export interface Setting {
  /** What it is about, in short words: `IPv4 forwarding`. */
  readonly what: string
  /** Name of the interface. */
  readonly dev: string
  /** Below /proc/sys. */
  readonly path: string
  readonly value: string
  /** What an ADD sets it to. */
  readonly wanted: string
}

/** One container's connection to a network. */
export interface Endpoint {
  readonly network: string
  /** The namespace that the host's end is in; absent: the host's own. */
  readonly site?: Place
  readonly containerId: string
  /** Name of the interface in the container, as it was asked for. */
  readonly ifName: string
  readonly interfaceType: InterfaceType['type']
  /** The addresses that it was given, with prefix lengths; empty if there was no room to record them. */
  readonly addresses: readonly string[]
  readonly hostEnd: Interface
  /** Whether the host's end is a port of the network's bridge. */
  readonly isPort: boolean
  /** The host's routes to its addresses: destination and interface. */
  readonly hostRoutes: readonly { readonly destination: string; readonly dev: string }[]
  /** Absent: no path was found that leads to its namespace. */
  readonly containerEnd?: ContainerEnd
  readonly drift: readonly Drift[]
}

/** The end of an endpoint that is in the container, as it is there. */
export interface ContainerEnd extends Interface {
  readonly netns: Place
  /** Without the link-local ones. */
  readonly addresses: readonly string[]
  /** Gateways of the default routes by this interface; the interface itself where there is no gateway. */
  readonly defaultVia: readonly string[]
}

/** A network namespace that can be entered. */
export interface Place {
  readonly path: string
  /** What people call it: its name among those of `ip netns`, or a process that is in it. */
  readonly name: string
}
