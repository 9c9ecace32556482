import type { MasqueradeEntry, MasqueradeOperation } from '@vpc-bridge/kernel'
import { chain, partOf, rulesOf, tableOf, versionOf, versions } from './table.ts'

/** The commands, as nft reads them in JSON, that perform an operation: all of them or none. */
export function transactionOf(operation: MasqueradeOperation): readonly object[] {
  const { name } = operation
  const part = partOf(name)
  switch (operation.do) {
    case 'set masquerade':
      return [
        { add: { table: tableOf(name) } },
        ...versions.flatMap(({ type, sources, direct }) => [
          { add: { set: { ...part, name: sources, type } } },
          { add: { set: { ...part, name: direct, type: [type, type], flags: ['interval'] } } },
        ]),
        { add: { chain: { ...part, ...chain } } },
        { flush: { chain: { ...part, name: chain.name } } },
        ...rulesOf().map(({ expr }) => ({ add: { rule: { ...part, chain: chain.name, expr } } })),
      ]
    case 'delete masquerade':
      return [{ delete: { table: tableOf(name) } }]
    case 'set masquerade entry':
      return elementsOf(name, operation.entry).map((element) => ({ create: { element } }))
    case 'delete masquerade entry':
      return removalOf(name, operation.entry)
  }
}

/** The commands that remove an entry. */
export function removalOf(name: string, entry: MasqueradeEntry): readonly object[] {
  return elementsOf(name, entry).map((element) => ({ delete: { element } }))
}

function elementsOf(name: string, { source, except }: MasqueradeEntry): readonly object[] {
  const { sources, direct } = versionOf(source)
  const [addr = '', length = ''] = except.split('/')
  const part = partOf(name)
  return [
    { ...part, name: sources, elem: [source] },
    { ...part, name: direct, elem: [{ concat: [source, { prefix: { addr, len: Number(length) } }] }] },
  ]
}
