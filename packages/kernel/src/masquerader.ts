import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { MasqueradeOperation } from './operation.ts'
import type { PacketFilterFailure, PacketFilterNetns } from './packet-filter.ts'
import type { Masquerade } from './state.ts'

/** Masquerades for a driver, which itself speaks to no packet filter. */
export interface Masquerader {
  /** The masquerade of a name; `undefined` when there is none, or what there is does not work. */
  read(netns: PacketFilterNetns, name: string): ResultAsync<Masquerade | undefined, PacketFilterFailure>
  change(netns: PacketFilterNetns, operation: MasqueradeOperation): ResultAsync<void, PacketFilterFailure>
}

/** For drivers that were given none: there is no masquerade, and none can be made. */
export const noMasquerader: Masquerader = {
  read: () => okAsync(undefined),
  change: () => errAsync({ errno: 'EOPNOTSUPP', message: 'this driver was given no masquerader' }),
}
