import type { MacTranslator, TranslatorFailure, TranslatorNetns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { readTable } from './read-table.ts'
import { tableOf } from './rules.ts'
import { runNft } from './run-nft.ts'
import { replacementOf, transactionOf } from './transaction.ts'

/**
 * The translator over nftables: each operation is one transaction of `nft`, so that all of it happens or nothing. Without
 * nft a look-up finds nothing, and a change is an ENOPKG error that names the package.
 *
 * @see nft(8)
 */
export function nftTranslator(): MacTranslator {
  return {
    read: (netns, dev) =>
      runNft(netns, [{ list: { table: tableOf(dev) } }])
        .map((output) => readTable(output, dev))
        .orElse((failure) =>
          failure.errno === 'ENOENT' || failure.errno === 'ENOPKG' ? okAsync(undefined) : errAsync(failure),
        ),
    change: (netns, operation) =>
      transact(netns, transactionOf(operation)).orElse((failure) => {
        if (operation.do !== 'set MAC translation entry' || failure.errno !== 'EEXIST') return errAsync(failure)
        return transact(netns, replacementOf(operation.dev, operation.entry))
      }),
  }
}

function transact(netns: TranslatorNetns, commands: readonly object[]): ResultAsync<void, TranslatorFailure> {
  return runNft(netns, commands).map(() => undefined)
}
