/**
 * What a plugin has made on a host, as plain values: what `show --json` prints, and what the text and the picture are drawn
 * from. Addresses are written as the kernel port writes them, MTUs are in bytes.
 */

import type { Drift, EndpointIdentity } from '@vpc-bridge/plugin'

/** Everything of a plugin that is on a host: in its network namespace, and in others that it keeps its links in. */
export interface Observation<N extends Network = Network> {
  readonly networks: readonly N[]
  /** Endpoints whose network is gone. */
  readonly strays: readonly EndpointOf<N>[]
}

/** A network: its endpoints, and whatever a plugin tells of what they share. */
export interface Network {
  readonly name: string
  /** The namespace that its links are in; absent: the host's. */
  readonly netns?: Place
  readonly endpoints: readonly Endpoint[]
  /** Of what the endpoints share. */
  readonly drift: readonly Drift[]
}

/** The endpoints of a kind of network. */
export type EndpointOf<N extends Network> = N['endpoints'][number]

/** A container's connection to a network. */
export interface Endpoint extends EndpointIdentity {
  readonly network: string
  /** The namespace that the host's end is in; absent: the host's own. */
  readonly site?: Place
  /** The addresses that it was given, with prefix lengths; empty if there was no room to record them. */
  readonly addresses: readonly string[]
  readonly hostEnd: Interface
  /** True if the host's end is a port of what the endpoints share; absent where it is not to be one. */
  readonly isPort?: boolean
  /** The host's routes to its addresses: destination and interface. */
  readonly hostRoutes: readonly { readonly destination: string; readonly dev: string }[]
  /** Absent: no path was found that leads to its namespace. */
  readonly containerEnd?: ContainerEnd
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
  /** True if it is administratively up. */
  readonly up: boolean
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

/** A kernel setting that a network depends on, as it is. */
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
