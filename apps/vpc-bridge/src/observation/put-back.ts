import { type KernelError, type Link, linkConfigurationOf, type Netns } from '@vpc-bridge/kernel'
import type { Steps } from '@vpc-bridge/plugin'
import { anyTable, strayRules, strayTables, tableSteps } from '@vpc-bridge/route'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { networksOn, stateOf } from '../network/eni-before.ts'
import type { Network } from '../network/network.ts'
import { type EniBefore, type NetworkRecord, readNetworkAlias } from '../network/network-record.ts'
import { isNewerRecord } from '../record-text.ts'
import { untouched } from './view.ts'

/** Returns the table of a network with all that leads to it, and tables whose record went with a bridge that another process deleted. */
export function sweepingOf(site: Netns, { record }: Network, links: readonly Link[]): ResultAsync<Steps, KernelError> {
  return safeTry<Steps, KernelError>(async function* () {
    const strays = yield* tablesOfNobody(site, links)
    const table = record?.table
    if (table === undefined) return ok(strays)
    return ok([...strays, ...tableSteps(anyTable(table)), ...(yield* strayRules(site, table, []))])
  })
}

/** The tables that nobody needs any more; none where that cannot be known. */
function tablesOfNobody(site: Netns, links: readonly Link[]): ResultAsync<Steps, KernelError> {
  const endpoints = links.flatMap(({ alias }) => readEndpointAlias(alias) ?? [])
  // Rules may be for addresses for which a record had no room; and which table a newer version's is, nobody here can tell.
  const isUnknown =
    endpoints.some(({ addresses }) => addresses.length === 0) || links.some(({ alias }) => isNewerRecord(alias))
  if (isUnknown) return okAsync([])
  const tables = links.flatMap(({ alias }) => readNetworkAlias(alias)?.table ?? [])
  return strayTables(site, { tables, addresses: endpoints.flatMap(({ addresses }) => addresses) })
}

/** Returns true if other networks are on the ENI, or may be: of a newer version that cannot be known. */
export function isEniShared({ eni, bridge }: Network, links: readonly Link[]): boolean {
  const on = eni === undefined ? [] : networksOn(links, eni)
  const newer = links.filter(({ kind, alias }) => kind === 'bridge' && isNewerRecord(alias))
  return [...on, ...newer].some(({ index }) => index !== bridge?.index)
}

/** Returns how to leave the ENI: in its state before the network came, or as it is, if others need it so. */
export function toPutBack(
  site: Netns,
  { eni, record, bridge }: Network,
  links: readonly Link[],
  isShared: boolean,
): ResultAsync<EniBefore, KernelError> {
  return safeTry<EniBefore, KernelError>(async function* () {
    // It may be in no namespace, or on its way.
    if (eni === undefined || !links.some(({ name }) => name === eni.name)) return ok(untouched)
    if (record === undefined || isShared) return ok(yield* stateOf(site, eni, 'L3', ['inet']))
    const { mtu, ...before } = record.before
    // The MTU of links on top of it goes down with its own, and does not come up again.
    const isBelow = links.some(({ parent }) => parent === eni.index)
    const isPart = eni.master !== undefined && eni.master !== bridge?.index
    // Who has switched it off since it was up wants it so.
    const up = before.up ? eni.up : isBelow || isPart || (yield* isConfigured(site, eni, record, bridge))
    // As does who has switched forwarding off.
    const forwarding = before.forwarding === '0' ? '0' : (yield* stateOf(site, eni, 'L3', ['inet'])).forwarding
    return ok({ ...before, up, forwarding, ...(mtu === undefined || isBelow ? {} : { mtu }) })
  })
}

/** Returns true if another process has given an ENI addresses or routes in the meantime: in L2 they are on the bridge. */
function isConfigured(
  site: Netns,
  eni: Link,
  { bridgeType, before: { isAddressed = false } }: NetworkRecord,
  bridge: Link | undefined,
): ResultAsync<boolean, KernelError> {
  return safeTry<boolean, KernelError>(async function* () {
    for (const { name } of [eni, ...(bridgeType === 'L2' && bridge !== undefined ? [bridge] : [])]) {
      const { addresses, routes } = yield* linkConfigurationOf(site, name)
      // Those of other tables come with addresses, or are ours.
      if ((addresses.length > 0 && !isAddressed) || routes.some(({ table }) => table === undefined)) return ok(true)
    }
    return ok(false)
  })
}
