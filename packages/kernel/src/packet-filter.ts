import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { MacTranslationOperation, MasqueradeOperation } from './operation.ts'
import type { Family, MacTranslation, Masquerade } from './state.ts'

/** Why a packet filter refused something; where and in doing what, the driver adds. */
export interface PacketFilterFailure {
  /** Symbolic error number, as errno(3) names it. */
  readonly errno: string
  readonly message: string
}

/** Where a packet filter is to work. */
export interface PacketFilterNetns {
  /** A path by which child processes find the network namespace. */
  readonly path: string
  /** Whether it is the one that this process is in. */
  readonly isOwn: boolean
}

/** Does a part of a driver's work that needs a packet filter, which not every driver speaks to. */
export interface PacketFilter<Table, TableOperation> {
  /** The table of a name; `undefined` when there is none, or what there is does not work. */
  read(netns: PacketFilterNetns, name: string): ResultAsync<Table | undefined, PacketFilterFailure>
  change(netns: PacketFilterNetns, operation: TableOperation): ResultAsync<void, PacketFilterFailure>
}

/** Its tables go by the names of ports. */
export type MacTranslator = PacketFilter<MacTranslation, MacTranslationOperation>

export type Masquerader = PacketFilter<Masquerade, MasqueradeOperation>

/** The first packet of a connection that is forwarded. */
export interface ForwardedPacket {
  readonly family: Family
  /** Names of the links that it comes in by, and goes out by; absent: not known. */
  readonly from?: string
  readonly to?: string
}

/** A chain of a packet filter: of nftables, in the words of nft(8), or of the table `filter` of a program as iptables(8). */
export type FilterChain =
  | {
      readonly by: 'nft'
      /** Of the table: `ip`, `ip6`, `inet`. */
      readonly family: string
      readonly table: string
      readonly name: string
    }
  | { readonly by: IptablesProgram; readonly name: string }

/** A program that shows and changes rules of iptables that are not in nftables. */
export type IptablesProgram = `${'iptables' | 'ip6tables'}${'' | '-legacy'}`

/** Tells what the packet filter of others does. */
export interface ForwardFilter {
  /** The first hook's chain that is certain to drop a packet, or a chain that it leads to; `undefined` when there is none, or no filter. */
  dropper(netns: PacketFilterNetns, packet: ForwardedPacket): ResultAsync<FilterChain | undefined, PacketFilterFailure>
}

/** What a driver is given. */
export interface PacketFilters {
  readonly macTranslator: MacTranslator
  readonly masquerader: Masquerader
  readonly forwardFilter: ForwardFilter
}

/** For drivers that were given none: there is no table, none can be made, and nothing is known to be dropped. */
export const noPacketFilters: PacketFilters = {
  macTranslator: noFilter('translator of MAC addresses'),
  masquerader: noFilter('masquerader'),
  forwardFilter: { dropper: () => okAsync(undefined) },
}

function noFilter(what: string): PacketFilter<never, unknown> {
  return {
    read: () => okAsync(undefined),
    change: () => errAsync({ errno: 'EOPNOTSUPP', message: `this driver was given no ${what}` }),
  }
}
