import type { MasqueradeOperation } from '@vpc-bridge/kernel'
import { scriptCommand } from '@vpc-bridge/nft'
import { chain, rulesOf, tableName, versionOf, versions } from './table.ts'

/**
 * The command that equals an operation, for people to read and paste: the masquerader itself speaks to nft in JSON.
 *
 * @param netns path of the network namespace; absent: the one that the command is started in
 * @returns the program and its arguments
 * @see nft(8)
 */
export function masqueradeCommand(operation: MasqueradeOperation, netns?: string): readonly string[] {
  return scriptCommand(scriptOf(operation), netns)
}

function scriptOf(operation: MasqueradeOperation): string {
  const table = `inet ${tableName(operation.name)}`
  switch (operation.do) {
    case 'set masquerade': {
      const { name, type, hook, prio, policy } = chain
      return [
        `add table ${table}`,
        ...versions.flatMap((version) => [
          `add set ${table} ${version.sources} { type ${version.type}; }`,
          `add set ${table} ${version.direct} { type ${version.type} . ${version.type}; flags interval; }`,
        ]),
        `add chain ${table} ${name} { type ${type} hook ${hook} priority ${prio}; policy ${policy}; }`,
        `flush chain ${table} ${name}`,
        ...rulesOf().map(({ text }) => `add rule ${table} ${name} ${text}`),
      ].join('; ')
    }
    case 'delete masquerade':
      return `delete table ${table}`
    case 'set masquerade entry':
    case 'delete masquerade entry': {
      const { source, except } = operation.entry
      const { sources, direct } = versionOf(source)
      const verb = operation.do === 'set masquerade entry' ? 'create' : 'delete'
      return [
        `${verb} element ${table} ${sources} { ${source} }`,
        `${verb} element ${table} ${direct} { ${source} . ${except} }`,
      ].join('; ')
    }
  }
}
