import type { CniError, ResultDns } from '@vpc-bridge/cni'
import type { Field } from '@vpc-bridge/config'
import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Alias } from '@vpc-bridge/link'
import type { Step } from '@vpc-bridge/step'
import type { ResultAsync } from 'neverthrow'
import type { EndpointIdentity } from './names.ts'

/** Steps in the host's namespace. */
export type Steps = readonly Step<Netns, KernelError>[]

/**
 * A CNI plugin, as the engine takes it.
 *
 * @typeParam C what the plugin reads of a network configuration
 * @typeParam V what it observes on the host
 */
export interface Definition<C, V> {
  /** Name of the executable, and mark of the records in the aliases of links. */
  readonly type: string
  /**
   * The plugin's own keys, which it reads as far as a command needs them. For DEL and GC what is wrong is forgotten: a removal must
   * not fail for it.
   */
  readonly config: Field<C>
  /** `none`: the configuration's `ipam` is ignored. `optional`: without `ipam` the addresses are those of `ips`. */
  readonly ipam: 'required' | 'optional' | 'none'
  /** Returns the addresses that the configuration gives itself. */
  readonly ips?: (config: C) => readonly EndpointIp[]
  /** Reads all that rules and phases need to know of the host, once for each lock held. Changes nothing. */
  readonly observe: (host: Netns, endpoint: Endpoint<C>) => ResultAsync<V, KernelError>
  /** Conditions of an ADD, each a pure function. All that are broken are reported. */
  readonly rules?: readonly Rule<C, V>[]
  /**
   * Returns what an endpoint consists of, in the order in which it is made. A pure function of names: for a removal the
   * namespace may be missing, and addresses are those of the record.
   */
  readonly phases: (view: V, endpoint: Endpoint<C>) => readonly Phase[]
  /** Returns what an ADD would lack on this host. STATUS answers with it. */
  readonly lacks?: (host: Netns, config: C) => ResultAsync<readonly CniError[], KernelError>
}

/** A condition; returns the error if it is broken. */
export type Rule<C, V> = (view: V, endpoint: Endpoint<C>) => CniError | undefined

/**
 * A part of an endpoint. `shared`: of all endpoints of the network; made under the exclusive lock, and removed with the last
 * endpoint. `own`: of this endpoint alone; its first step makes the host link with the record.
 */
export interface Phase {
  readonly of: 'network' | 'endpoint'
  readonly steps: Steps
}

/** Returns a phase of what all endpoints of a network share. */
export function shared(...steps: Steps): Phase {
  return { of: 'network', steps }
}

/** Returns a phase of what is an endpoint's own. */
export function own(...steps: Steps): Phase {
  return { of: 'endpoint', steps }
}

/** The addresses and routes that an endpoint is given. */
export interface Addressing {
  readonly ips: readonly EndpointIp[]
  /** Routes of the container that an IPAM plugin gives. */
  readonly routes: readonly EndpointRoute[]
}

/** An interface of a container on a network: what a command is about. */
export interface Endpoint<C> extends EndpointIdentity, Addressing {
  /** Name of the network. */
  readonly network: string
  readonly config: C
  /** Path of the container's network namespace. Empty where a DEL comes without: nothing is found there. */
  readonly netns: string
  readonly dns: ResultDns
  /** CNI_ARGS, taken apart. */
  readonly args: Readonly<Record<string, string>>
  /** MAC address of the container's interface, the same each time. */
  readonly mac: string
  /** The link on the host that carries the record: the host end of the veth pair. */
  readonly hostLink: { readonly name: string; readonly mac: string; readonly alias: Alias }
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
  readonly gateway?: string
  /** Lower ones are preferred. */
  readonly metric?: number
}
