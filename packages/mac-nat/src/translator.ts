import type { MacTranslator } from '@vpc-bridge/kernel'
import { listTable, transact } from '@vpc-bridge/nft'
import type { Runtime } from '@vpc-bridge/runtime'
import { errAsync } from 'neverthrow'
import { readTable } from './read-table.ts'
import { tableOf } from './rules.ts'
import { replacementOf, transactionOf } from './transaction.ts'

/**
 * The translator over nftables: each operation is one transaction of `nft`, so that all of it happens or nothing. Without
 * nft a look-up finds nothing, and a change is an ENOPKG error that names the package.
 *
 * @param runtime runs `nft`; of its environment only the PATH counts
 * @see nft(8)
 */
export function nftTranslator(runtime: Pick<Runtime, 'environment' | 'runChild'>): MacTranslator {
  return {
    read: (netns, dev) => listTable(runtime, netns, tableOf(dev), (output) => readTable(output, dev)),
    change: (netns, operation) =>
      transact(runtime, netns, transactionOf(operation)).orElse((failure) => {
        if (operation.do !== 'set MAC translation entry' || failure.errno !== 'EEXIST') return errAsync(failure)
        return transact(runtime, netns, replacementOf(operation.dev, operation.entry))
      }),
  }
}
