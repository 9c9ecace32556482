import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { MacTranslationOperation } from './operation.ts'
import type { PacketFilterFailure, PacketFilterNetns } from './packet-filter.ts'
import type { MacTranslation } from './state.ts'

/** Does the part of a driver's work that needs a packet filter, which not every driver speaks to. */
export interface MacTranslator {
  /** The translation on a port; `undefined` when there is none, or what there is does not work. */
  read(netns: PacketFilterNetns, dev: string): ResultAsync<MacTranslation | undefined, PacketFilterFailure>
  change(netns: PacketFilterNetns, operation: MacTranslationOperation): ResultAsync<void, PacketFilterFailure>
}

/** For drivers that were given none: there is no translation, and none can be made. */
export const noMacTranslator: MacTranslator = {
  read: () => okAsync(undefined),
  change: () => errAsync({ errno: 'EOPNOTSUPP', message: 'this driver was given no translator of MAC addresses' }),
}
