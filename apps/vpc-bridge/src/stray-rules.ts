import type { KernelError, Link, ListedRule, Netns } from '@vpc-bridge/kernel'
import { hostPrefix } from '@vpc-bridge/kernel/ip'
import { rule } from '@vpc-bridge/route'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { readEndpointAlias, readNetworkAlias } from './alias.ts'
import type { Steps } from './endpoint.ts'
import { addressOfRule, anyTable, tableSteps, tablesIn } from './own-table.ts'
import { isNewerRecord } from './record-text.ts'

/**
 * The rules of a network's table that are for none of its addresses, as steps to be reverted.
 *
 * @param addresses of the network's endpoints
 */
export function strayRules(site: Netns, table: number, addresses: readonly string[]): ResultAsync<Steps, KernelError> {
  const wanted = new Set(addresses.map(hostPrefix))
  return allRules(site).map((rules) =>
    stepsOf(
      rules.filter((each) => {
        const ruled = addressOfRule(each)
        return ruled?.table === table && !wanted.has(ruled.prefix)
      }),
    ),
  )
}

/**
 * The tables of networks whose bridge, and record, somebody has deleted, and that no endpoint needs any more, as steps to be
 * reverted.
 *
 * @param links all of the namespace
 */
export function strayTables(site: Netns, links: readonly Link[]): ResultAsync<Steps, KernelError> {
  return safeTry<Steps, KernelError>(async function* () {
    const rules = yield* allRules(site)
    const recorded = links.map(({ alias }) => readNetworkAlias(alias)?.table)
    const records = links.flatMap(({ alias }) => readEndpointAlias(alias) ?? [])
    // Rules may be for addresses for which a record had no room.
    if (records.some(({ addresses }) => addresses.length === 0)) return ok([])
    const wanted = new Set(records.flatMap(({ addresses }) => addresses.map(hostPrefix)))
    const ruled = rules.flatMap((each) => addressOfRule(each) ?? [])
    const isNeeded = (table: number) =>
      recorded.includes(table) || ruled.some((each) => each.table === table && wanted.has(each.prefix))
    const stray = tablesIn(rules).filter((table) => !isNeeded(table))
    const leading = (table: number) => rules.filter((each) => addressOfRule(each)?.table === table)
    // Which table is whose, nobody here can tell.
    if (links.some(({ alias }) => isNewerRecord(alias))) return ok([])
    return ok(stray.flatMap((table) => [...tableSteps(anyTable(table)), ...stepsOf(leading(table))]))
  })
}

function allRules(site: Netns): ResultAsync<readonly ListedRule[], KernelError> {
  return safeTry<readonly ListedRule[], KernelError>(async function* () {
    return ok([...(yield* site.rules('inet')), ...(yield* site.rules('inet6'))])
  })
}

function stepsOf(rules: readonly ListedRule[]): Steps {
  return rules.flatMap(({ action, ...rest }) => (action.do === 'other' ? [] : [rule({ ...rest, action })]))
}
