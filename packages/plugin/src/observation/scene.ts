import type { Link, Netns } from '@vpc-bridge/kernel'
import type { EndpointRecord } from '../records/endpoint-record.ts'

/** A namespace that a configuration names for a network to lie in. */
export interface Place {
  readonly path: string
  /** The key of the configuration that names it. */
  readonly key: string
}

/** What the engine finds before a plugin observes. */
export interface Scene {
  readonly host: Netns
  /** Path of the network's namespace, where that is not the host's. */
  readonly networkPath: string | undefined
  /** `undefined`: STATUS is about no container, and for a removal it may be missing. */
  readonly container: Netns | undefined
  /** The link that carries the endpoint's record, or that is to: on the host, or where the network lies. */
  readonly hostLink: Link | undefined
  /** What that tells; `undefined`: nothing. */
  readonly record: EndpointRecord | undefined
  /** Other endpoints of the network, when it is made anew for them, too. */
  readonly others: readonly EndpointRecord[]
}

/** What the engine finds before a removal. */
export interface Removing extends Scene {
  /** The namespace that the network lies in; `undefined`: it is missing. */
  readonly network: Netns | undefined
  /** `network`: all that its endpoints share is to be removed. */
  readonly of: 'endpoint' | 'network'
}

/** A scene with the network's namespace. */
export type Making = Scene & { readonly network: Netns }
