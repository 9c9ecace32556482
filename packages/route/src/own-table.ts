import type { Family, KernelError, ListedRule, Netns, Rule } from '@vpc-bridge/kernel'
import { hostPrefix, isInet6 } from '@vpc-bridge/kernel/ip'
import type { Step } from '@vpc-bridge/step'
import type { WantedRoute } from './route.ts'
import { routingTable } from './routing-table.ts'
import { rule, rules } from './rule.ts'

/*
 * A network on an interface that is not the host's way out has a routing table of its own, and each of its addresses a rule, by
 * which its packets go to a block of rules that the network has beyond those of the host:
 *
 *   4201:  from 192.168.1.43 goto 42011
 *   4201:  from all to 192.168.1.43 lookup main            else rules of distributions for its address would hide the bridge
 *   32766: from all lookup main
 *   42010: from all unreachable
 *   42011: from all lookup 4201 suppress_prefixlength 31   what of the main table leads to single addresses by others
 *   42012: from all lookup main suppress_prefixlength 31   containers of the host
 *   42013: from all lookup 4201 suppress_prefixlength 0    subnets of others
 *   42014: from all lookup main suppress_prefixlength 0    bridges, tunnels, its own subnet
 *   42015: from all lookup 4201                            everything else
 *
 * So what is on the host is found there, at any time and whoever has made it, and all the rest leaves by the interface: also for what
 * the main table has a route by another one, where a VPC would drop it. Rules that say by which link packets come would not do:
 * with strict rp_filter the kernel looks for the way back, from the address to the sender, by the same rules but by no link.
 * Nothing but such packets gets to the block: its first rule ends the search of all others as if it was not there.
 */

/** The main table (linux/rtnetlink.h). */
const main = 254

/**
 * The first number of a table. Those of distributions for further interfaces begin at 1 (amazon-vpc-cni-k8s), 100 (netplan's examples)
 * and 10000 (amazon-ec2-net-utils); rules of Cilium and Tailscale have other priorities.
 */
const firstTable = 4201

/** A network's own table, whose number the priorities of its rules are made of. */
export interface OwnTable {
  readonly table: number
  /** All that is to be in it, of the IP versions that have any. */
  readonly routes: Readonly<Partial<Record<Family, readonly WantedRoute[]>>>
}

/** Returns the table, and the block of rules that those of the addresses lead to: what all addresses share. */
export function tableSteps({ table, routes }: OwnTable): readonly Step<Netns, KernelError>[] {
  return Object.entries(routes).flatMap(([name, wanted]) => {
    const family = name === 'inet' ? 'inet' : 'inet6'
    const rulesName = `rules of table ${table}${family === 'inet6' ? ' of IPv6' : ''}`
    return [
      routingTable({ table, family, routes: wanted }),
      rules({ name: rulesName, family, rules: blockOf(table, family) }),
    ]
  })
}

/**
 * Returns the rules by which packets from addresses find to the table.
 *
 * @param addresses with or without prefix length
 */
export function ruleSteps(
  { table, routes }: OwnTable,
  addresses: readonly string[],
): readonly Step<Netns, KernelError>[] {
  return addresses
    .flatMap((each) => rulesOf(table, each))
    .filter(({ family }) => routes[family] !== undefined)
    .map(rule)
}

/** Returns a table of which is only known that it exists, in both IP versions: to be removed. */
export function anyTable(table: number): OwnTable {
  return { table, routes: { inet: [], inet6: [] } }
}

/** The rules of an address. */
function rulesOf(table: number, address: string): readonly Rule[] {
  const shared = { family: isInet6(address) ? 'inet6' : 'inet', priority: table } as const
  const prefix = hostPrefix(address)
  return [
    { ...shared, to: prefix, action: { do: 'lookup', table: main } },
    { ...shared, from: prefix, action: { do: 'goto', priority: entryOf(table) } },
  ]
}

function blockOf(table: number, family: Family): readonly Omit<Rule, 'family'>[] {
  const entry = entryOf(table)
  const subnets = family === 'inet' ? 31 : 127
  return [
    { priority: entry - 1, action: { do: 'unreachable' } },
    { priority: entry, action: { do: 'lookup', table, suppressPrefixLength: subnets } },
    { priority: entry + 1, action: { do: 'lookup', table: main, suppressPrefixLength: subnets } },
    { priority: entry + 2, action: { do: 'lookup', table, suppressPrefixLength: 0 } },
    { priority: entry + 3, action: { do: 'lookup', table: main, suppressPrefixLength: 0 } },
    { priority: entry + 4, action: { do: 'lookup', table } },
  ]
}

/** Priority of the first rule of a table's block that packets come to. */
function entryOf(table: number): number {
  return 10 * table + 1
}

/** An address with a rule. */
interface RuledAddress {
  readonly table: number
  /** The prefix of the address alone. */
  readonly prefix: string
}

/**
 * The address whose rule it is; `undefined` when it is none of ours. That one to an address is ours, its table alone tells: others may
 * have such rules.
 */
export function addressOfRule({ priority, from, to, action }: ListedRule): RuledAddress | undefined {
  if (priority < firstTable) return undefined
  const isFrom = action.do === 'goto' && action.priority === entryOf(priority) && to === undefined
  const isTo = action.do === 'lookup' && action.table === main && from === undefined
  const prefix = isFrom ? from : isTo ? to : undefined
  return prefix === undefined ? undefined : { table: priority, prefix }
}

/** The tables that have a block of rules, or the rule of an address that leads there. */
export function tablesIn(listed: readonly ListedRule[]): readonly number[] {
  const blocks = listed.flatMap(({ priority, action }) => (action.do === 'unreachable' ? [priority / 10] : []))
  const withBlock = blocks.filter((table) =>
    listed.some(
      ({ priority, action }) => priority === entryOf(table) && action.do === 'lookup' && action.table === table,
    ),
  )
  const led = listed.flatMap((each) => (each.action.do === 'goto' ? (addressOfRule(each)?.table ?? []) : []))
  return [...new Set([...withBlock, ...led])].filter((table) => table >= firstTable)
}

/**
 * A number that no table and no rule has, nor any of the priorities that are made of it.
 *
 * @param tables numbers of tables with routes
 */
export function freeTable(listed: readonly ListedRule[], tables: readonly number[]): number {
  const taken = new Set(tables)
  const priorities = new Set<number>()
  for (const { priority, action } of listed) {
    priorities.add(priority)
    if (action.do === 'goto') priorities.add(action.priority)
    if ((action.do === 'lookup' || action.do === 'other') && action.table !== undefined) taken.add(action.table)
  }
  const isTaken = (table: number) =>
    taken.has(table) ||
    [{ priority: table }, ...blockOf(table, 'inet')].some(({ priority }) => priorities.has(priority))
  let table = firstTable
  while (isTaken(table)) table += 1
  return table
}
