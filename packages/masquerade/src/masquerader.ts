import type { Masquerader } from '@vpc-bridge/kernel'
import { listTable, transact } from '@vpc-bridge/nft'
import type { Runtime } from '@vpc-bridge/runtime'
import { errAsync } from 'neverthrow'
import { readTable } from './read-table.ts'
import { tableOf } from './table.ts'
import { removalOf, transactionOf } from './transaction.ts'

/**
 * The masquerader over nftables: each operation is one transaction of `nft`, so that all of it happens or nothing. Without nft a
 * look-up finds nothing, and a change is an ENOPKG error that names the package.
 *
 * @param runtime runs `nft`; of its environment only the PATH counts
 * @see nft(8)
 */
export function nftMasquerader(runtime: Pick<Runtime, 'environment' | 'runChild'>): Masquerader {
  const read: Masquerader['read'] = (netns, name) =>
    listTable(runtime, netns, tableOf(name), (output) => readTable(output, name))
  return {
    read,
    change: (netns, operation) =>
      transact(runtime, netns, transactionOf(operation)).orElse((failure) => {
        if (operation.do !== 'set masquerade entry' || failure.errno !== 'EEXIST') return errAsync(failure)
        const { name, entry } = operation
        return read(netns, name).andThen((found) => {
          const earlier = found?.entries.filter(({ source }) => source === entry.source) ?? []
          const removals = earlier.flatMap((each) => removalOf(name, each))
          return transact(runtime, netns, [...removals, ...transactionOf(operation)])
        })
      }),
  }
}
