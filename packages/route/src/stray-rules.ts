import type { KernelError, ListedRule, Netns } from '@vpc-bridge/kernel'
import { hostPrefix } from '@vpc-bridge/kernel/ip'
import type { Step } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { addressOfRule, anyTable, tableSteps, tablesIn } from './own-table.ts'
import { rule } from './rule.ts'

type Steps = readonly Step<Netns, KernelError>[]

/**
 * Finds the rules that lead to a network's own table for none of its addresses.
 *
 * @param addresses of the network's endpoints, with or without prefix length
 * @returns steps to be reverted
 */
export function strayRules(netns: Netns, table: number, addresses: readonly string[]): ResultAsync<Steps, KernelError> {
  const wanted = new Set(addresses.map(hostPrefix))
  return allRules(netns).map((rules) =>
    stepsOf(
      rules.filter((each) => {
        const ruled = addressOfRule(each)
        return ruled?.table === table && !wanted.has(ruled.prefix)
      }),
    ),
  )
}

/**
 * Finds the own tables that no network needs any more.
 *
 * @param known numbers of the tables that networks are known to have, and the addresses of all endpoints: a table that a rule of
 *   one leads to is needed, too
 * @returns steps to be reverted
 */
export function strayTables(
  netns: Netns,
  known: { readonly tables: readonly number[]; readonly addresses: readonly string[] },
): ResultAsync<Steps, KernelError> {
  return allRules(netns).map((rules) => {
    const wanted = new Set(known.addresses.map(hostPrefix))
    const ruled = rules.flatMap((each) => addressOfRule(each) ?? [])
    const isNeeded = (table: number) =>
      known.tables.includes(table) || ruled.some((each) => each.table === table && wanted.has(each.prefix))
    const leading = (table: number) => rules.filter((each) => addressOfRule(each)?.table === table)
    return tablesIn(rules)
      .filter((table) => !isNeeded(table))
      .flatMap((table) => [...tableSteps(anyTable(table)), ...stepsOf(leading(table))])
  })
}

/** Lists the rules of both IP versions. */
export function allRules(netns: Netns): ResultAsync<readonly ListedRule[], KernelError> {
  return safeTry<readonly ListedRule[], KernelError>(async function* () {
    return ok([...(yield* netns.rules('inet')), ...(yield* netns.rules('inet6'))])
  })
}

function stepsOf(rules: readonly ListedRule[]): Steps {
  return rules.flatMap(({ action, ...rest }) => (action.do === 'other' ? [] : [rule({ ...rest, action })]))
}
