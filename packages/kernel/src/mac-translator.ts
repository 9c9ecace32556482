import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { MacTranslationOperation } from './operation.ts'
import type { MacTranslation } from './state.ts'

/** What went wrong; where and in doing what, the driver adds. */
export interface TranslatorFailure {
  /** Symbolic error number, as errno(3) names it. */
  readonly errno: string
  readonly message: string
}

/** Where a translator is to work. */
export interface TranslatorNetns {
  /** A path by which child processes find the network namespace. */
  readonly path: string
  /** Whether it is the one that this process is in. */
  readonly isOwn: boolean
}

/** Does the part of a driver's work that needs a packet filter, which not every driver speaks to. */
export interface MacTranslator {
  /** The translation on a port; `undefined` when there is none, or what there is does not work. */
  read(netns: TranslatorNetns, dev: string): ResultAsync<MacTranslation | undefined, TranslatorFailure>
  change(netns: TranslatorNetns, operation: MacTranslationOperation): ResultAsync<void, TranslatorFailure>
}

/** For drivers that were given none: there is no translation, and none can be made. */
export const noMacTranslator: MacTranslator = {
  read: () => okAsync(undefined),
  change: () => errAsync({ errno: 'EOPNOTSUPP', message: 'this driver was given no translator of MAC addresses' }),
}
