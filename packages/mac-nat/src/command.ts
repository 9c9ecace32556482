import type { MacTranslationOperation } from '@vpc-bridge/kernel'
import { scriptCommand } from '@vpc-bridge/nft'
import { chainsOf, mapName, mapOf, rulesOf, tableName } from './rules.ts'

/**
 * Returns the command that equals an operation, for people to read and paste: the translator itself speaks to nft in JSON.
 *
 * @param netns path of the network namespace; absent: the one that the command is started in
 * @returns the program and its arguments
 * @see nft(8)
 */
export function nftCommand(operation: MacTranslationOperation, netns?: string): readonly string[] {
  return scriptCommand(scriptOf(operation), netns)
}

function scriptOf(operation: MacTranslationOperation): string {
  const { dev } = operation
  const table = `bridge ${tableName(dev)}`
  switch (operation.do) {
    case 'set MAC translation': {
      const { type, map } = mapOf(dev)
      return [
        `add table ${table}`,
        `add map ${table} ${mapName} { type ${type} : ${map}; }`,
        ...chainsOf(dev).flatMap(({ name, hook, prio, policy }) => [
          `add chain ${table} ${name} { type filter hook ${hook} priority ${prio}; policy ${policy}; }`,
          `flush chain ${table} ${name}`,
        ]),
        ...rulesOf(dev, operation.mac).map(({ chain, text }) => `add rule ${table} ${chain} ${text}`),
      ].join('; ')
    }
    case 'delete MAC translation':
      return `delete table ${table}`
    case 'set MAC translation entry':
      return `add element ${table} ${mapName} { ${operation.entry.address} : ${operation.entry.mac} }`
    case 'delete MAC translation entry':
      return `delete element ${table} ${mapName} { ${operation.entry.address} }`
  }
}
