import type { AddRequest, CniError, IpamResult } from '@vpc-bridge/cni'
import type { Field } from '@vpc-bridge/config'
import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import type { Result, ResultAsync } from 'neverthrow'
import type { Attached, Configured, Endpoint, EndpointIp } from '../endpoint/endpoint.ts'
import type { MadeEndpoint } from '../endpoint/result.ts'
import type { ErrorTable } from '../errors/error-table.ts'
import type { Failure } from '../errors/failure.ts'
import type { LinkKind } from '../observation/link-kinds.ts'
import type { Place, Removing, Scene } from '../observation/scene.ts'
import type { Entries } from '../records/record.ts'
import type { Phase, Steps } from './phase.ts'

/** A failure that only one plugin has. */
export interface OwnFailure {
  readonly kind: string
}

/**
 * A CNI plugin, as the engine takes it.
 *
 * @typeParam C what the plugin reads of a network configuration
 * @typeParam V what it observes on the host
 * @typeParam F failures of its rules that have rows of their own in `errors`
 */
export interface Definition<C, V, F extends OwnFailure = never> {
  /** Name of the executable, and mark of the records in the aliases of links. */
  readonly type: string
  /**
   * The plugin's own keys, which it reads as far as a command needs them. For DEL and GC what is wrong is forgotten: a removal must
   * not fail for it. Or all keys.
   */
  readonly config: Field<C> | ReadsWhole<C>
  /** `none`: the configuration's `ipam` is ignored. `optional`: without `ipam` the addresses are those of `ips`. */
  readonly ipam: 'required' | 'optional' | 'none'
  /** Set where the IPAM plugin needs the container's interface, as dhcp does: its addresses come last. */
  readonly interfaceFirst?: true
  /** Returns the addresses that the configuration gives itself. */
  readonly ips?: (config: C) => readonly EndpointIp[]
  /** Takes what an IPAM plugin gives, in a form of the plugin's own. */
  readonly accept?: (given: IpamResult, configured: Configured<C>, request: AddRequest) => Result<Attached<C>, CniError>
  /** Returns the MAC address that the container's interface is to have. Absent: one that is made of the endpoint's identity. */
  readonly mac?: (config: C) => string | undefined
  /** Returns the namespace that the network lies in, where that is not the host's. */
  readonly place?: (config: C) => Place | undefined
  /**
   * Returns false if it can be seen at a glance that there is no network yet: then all that `observe` reads is asked once, under the
   * exclusive lock. Absent: there may be one.
   */
  readonly exists?: (network: Netns, endpoint: Endpoint<C>, host: Netns) => ResultAsync<boolean, KernelError>
  /** Reads all that rules and phases need to know to make an endpoint, once for each lock held. Changes nothing. */
  readonly observe: (network: Netns, endpoint: Endpoint<C>, scene: Scene) => ResultAsync<V, KernelError>
  /** Reads all that a removal needs to know. Absent: what `observe` reads. */
  readonly observeRemoval?: (removing: Removing, endpoint: Endpoint<C>) => ResultAsync<V, KernelError>
  /** Conditions of an ADD, each a pure function. All that are broken are reported. */
  readonly rules?: readonly Rule<C, V, F>[]
  /** Returns what is odd about an ADD, and no reason to refuse it. */
  readonly warnings?: (view: V, endpoint: Endpoint<C>) => readonly string[]
  /**
   * Returns what an endpoint consists of, in the order in which it is made. A pure function of names: for a removal the
   * namespace may be missing, and addresses are those of the record.
   */
  readonly phases: (view: V, endpoint: Endpoint<C>) => readonly Phase[]
  /**
   * Returns what another endpoint needs on the host when its network is made anew. Where there is a link of its name; what fails
   * is told of, and is no error of the ADD.
   */
  readonly repair?: (view: V, endpoint: Endpoint<C>) => Steps
  /** What the names of host links begin with, four letters at most. Absent: `veth`. */
  readonly hostLinkPrefix?: string
  /** What the plugin adds to an endpoint's record. */
  readonly record?: RecordKeys<C, V>
  /** Returns the link whose ports the host links are; absent: the records alone tell which endpoints a network has. */
  readonly bridge?: (view: V) => NetworkBridge
  /** Returns the host link of an endpoint that another program has made, and that this one removes. */
  readonly adopted?: (view: V) => Adopted | undefined
  /** Returns true if the container's interface is the endpoint's. Absent, or `undefined`: if it is the peer of the host link. */
  readonly owns?: (container: Netns, endpoint: Endpoint<C>) => ResultAsync<boolean, KernelError> | undefined
  /**
   * Finds what leads to endpoints that are gone. Not asked where an endpoint has no record, or one without addresses.
   *
   * @param known the addresses of all endpoints
   * @returns steps to be reverted in the network's namespace
   */
  readonly orphans?: (
    network: Netns,
    view: V,
    known: { readonly addresses: readonly string[] },
  ) => ResultAsync<Steps, KernelError>
  /** Returns what an ADD has made, for its result. Absent: that is read from the kernel. */
  readonly result?: (view: V, endpoint: Endpoint<C>) => MadeEndpoint
  /** Returns in words where a network is, for people: `on eth10`. */
  readonly where?: (config: C) => string
  /** Returns the kinds of the links that an ADD makes: for each link those of which one will do. STATUS asks for their drivers. */
  readonly linkKinds?: (config: C) => readonly (readonly LinkKind[])[]
  /** Returns what an ADD would lack on this host besides. STATUS answers with it, and with the rules that are broken. */
  readonly lacks?: (host: Netns, config: C) => ResultAsync<readonly (CniError | Failure | F)[], KernelError>
  /** Says everything of the failures, the plugin's own among them. Absent: those of the engine. */
  readonly errors?: ErrorTable<Failure | F>
}

/** Keys of the whole configuration: `name`, `ipam` and `dns`, too. */
interface ReadsWhole<C> {
  readonly whole: Field<Configured<C>>
}

/** A condition; returns the error if it is broken, which may be one of the engine's. */
export type Rule<C, V, F extends OwnFailure = never> = (
  view: V,
  endpoint: Endpoint<C>,
) => CniError | Failure | F | undefined

/** What a plugin adds to the records of its endpoints. */
export interface RecordKeys<C, V> {
  /**
   * Returns further entries: some must be in the record, others as long as there is room, in this order.
   *
   * @param addresses the entry of the addresses, to be put among the latter
   */
  readonly write: (
    endpoint: Endpoint<C>,
    view: V | undefined,
    addresses: Entries,
  ) => { readonly needed: Entries; readonly optional: Entries }
  /** Returns the configuration as it was when the endpoint was made. */
  readonly read: (config: C, entries: Entries) => C
}

/** The link that joins the endpoints of a network. */
export interface NetworkBridge {
  /** Absent: missing. */
  readonly link: Link | undefined
  /** Names of ports that are no endpoint's. */
  readonly ownPorts: readonly string[]
}

/** The host link of an endpoint without a record of ours. */
export interface Adopted {
  readonly link: Link
  readonly addresses: readonly string[]
}
