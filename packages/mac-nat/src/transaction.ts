import type { MacTranslationEntry, MacTranslationOperation } from '@vpc-bridge/kernel'
import { chainsOf, elementOf, mapOf, rulesOf, tableName, tableOf } from './rules.ts'

/** Returns the commands that perform an operation, all of them or none, as nft reads them in JSON. */
export function transactionOf(operation: MacTranslationOperation): readonly object[] {
  const { dev } = operation
  const table = tableOf(dev)
  switch (operation.do) {
    case 'set MAC translation':
      return [
        { add: { table } },
        { add: { map: mapOf(dev) } },
        ...chainsOf(dev).flatMap((chain) => [
          { add: { chain } },
          { flush: { chain: { family: chain.family, table: chain.table, name: chain.name } } },
        ]),
        ...rulesOf(dev, operation.mac).map(({ chain, expr }) => ({
          add: { rule: { family: table.family, table: tableName(dev), chain, expr } },
        })),
      ]
    case 'delete MAC translation':
      return [{ delete: { table } }]
    case 'set MAC translation entry':
      return [adding(dev, operation.entry)]
    case 'delete MAC translation entry':
      return [removing(dev, operation.entry)]
  }
}

/** Returns the commands that replace an entry by one of the same address. */
export function replacementOf(dev: string, entry: MacTranslationEntry): readonly object[] {
  return [removing(dev, entry), adding(dev, entry)]
}

function adding(dev: string, { address, mac }: MacTranslationEntry): object {
  return { add: { element: elementOf(dev, [[address, mac]]) } }
}

function removing(dev: string, { address }: MacTranslationEntry): object {
  return { delete: { element: elementOf(dev, [address]) } }
}
