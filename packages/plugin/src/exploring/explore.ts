import type { CniError } from '@vpc-bridge/cni'
import type { Command, ConfigProblem, Warn } from '@vpc-bridge/config'
import type { Netns } from '@vpc-bridge/kernel'
import type { Result, ResultAsync } from 'neverthrow'
import type { DefinedPlugin } from '../cni/defined-plugin.ts'
import type { Checked } from '../commands/check.ts'
import type { WalkOptions } from '../commands/walk-options.ts'
import type { Comparing } from '../comparing/compare-steps.ts'
import type { EndpointRef } from '../endpoint/endpoint.ts'
import type { EndpointIdentity } from '../endpoint/names.ts'
import type { EndpointRecord } from '../records/endpoint-record.ts'

/** A plugin whose networks a person can look into. */
export interface ExplorablePlugin extends DefinedPlugin {
  readonly explore: Exploration
}

/** What a command line asks of a plugin, beside the commands of CNI. */
export interface Exploration {
  /** Returns the record of an endpoint that an alias is; `undefined` for what is none of this plugin. */
  readonly readEndpoint: (alias: string | undefined) => ShownRecord | undefined
  /** Returns all that is wrong with the plugin's part of a network configuration, as it stands in a file. */
  readonly problems: (part: Readonly<Record<string, unknown>>) => readonly ConfigProblem[]
  /** Returns what an ADD with a configuration of defaults would lack on a host. */
  readonly lacks: (host: Netns) => ResultAsync<readonly CniError[], CniError>
  /** Reads a configuration as far as a command needs it; returns what can be asked of its network, or all that is wrong. */
  readonly configure: (asked: Asked) => Result<Subject, readonly ConfigProblem[]>
}

/** What the record of an endpoint tells whoever looks for it. */
export type ShownRecord = Omit<EndpointRecord, 'entries'>

/** What a person asks about. */
export interface Asked {
  readonly document: Readonly<Record<string, unknown>>
  readonly endpoint: EndpointRef
  readonly command: Command
  /** Told of what is odd. */
  readonly warn: Warn
  /** How the person calls the program, for hints. */
  readonly program: string
}

/** A network by its configuration, and an endpoint of it, which may exist or not. */
export interface Subject {
  /** Name of the network. */
  readonly network: string
  /** Where the network is, in words for a heading: `on eth10`. */
  readonly place?: string
  /** The addresses that the configuration gives the endpoint. */
  readonly addresses: readonly string[]
  readonly ipam?: { readonly type: string }
  /** Compares the endpoint, and what its network shares, with what an ADD makes. Needs no result of the ADD. */
  readonly compare: (host: Netns, comparing: Comparing) => ResultAsync<Checked, CniError>
  /** Returns true if the interface in the container is this very endpoint's. */
  readonly isConnected: (host: Netns) => ResultAsync<boolean, CniError>
  /** Lists the endpoints of the network, by their records. */
  readonly endpoints: (host: Netns) => ResultAsync<readonly RecordedEndpoint[], CniError>
  /** Removes what endpoints have left behind that are gone, and the network, if it has none any more. */
  readonly removeLeftovers: (host: Netns, options: WalkOptions) => Promise<readonly CniError[]>
}

/** An endpoint that exists. */
export interface RecordedEndpoint extends EndpointIdentity {
  /** Removes it, and with the last one the network. */
  readonly remove: (options: WalkOptions) => ResultAsync<void, CniError>
}
