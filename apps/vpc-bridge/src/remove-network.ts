import { belongingsOf, type KernelError, type Link, type Netns } from '@vpc-bridge/kernel'
import { anyTable, strayRules, strayTables, tableSteps } from '@vpc-bridge/route'
import { type Observe, type RevertError, revert } from '@vpc-bridge/step'
import { err, ok, okAsync, type Result, type ResultAsync, safeTry } from 'neverthrow'
import { type EniBefore, type NetworkRecord, readEndpointAlias, readNetworkAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { Steps } from './endpoint.ts'
import { isNewerRecord } from './record-text.ts'
import { networksOn, stateOf } from './recorded-before.ts'
import { type Scene, stepsOnceMade } from './scene.ts'

/** How a removal went. */
export type Removal = Result<void, RevertError<KernelError>>

/** Removes what the endpoints of a network share, and leaves the ENI as it was before. A bridge that is somebody else's stays. */
export function removeNetwork(
  scene: Scene,
  attachment: Attachment,
  options: { readonly observe?: Observe<KernelError> },
): ResultAsync<Removal, KernelError> {
  return safeTry<Removal, KernelError>(async function* () {
    const { host, site, network } = scene
    if (network.foreign !== undefined) return ok(ok())
    const links = yield* site === undefined ? okAsync([]) : site.links()
    const isShared = isEniShared(scene, links)
    const before = yield* site === undefined ? okAsync(untouched) : toPutBack(site, scene, links, isShared)
    const shared = stepsOnceMade(scene, attachment, { before, table: network.record?.table })
    const swept = site === undefined ? ok() : await revert(yield* tablesOf(site, scene, links), site, options)
    // Another card may have the name of one that is gone.
    const isReplaced = network.eni === undefined && links.some(({ name }) => name === network.recordedEni)
    const putBack = isReplaced ? ok() : await revert(shared.eni, host, options)
    // The record of what to put back is on the bridge, for the DEL that will be tried again.
    const removed = putBack.isOk() && swept.isOk() ? await revert(shared.network, host, options) : ok()
    const home = putBack.isOk() && removed.isOk() && !isShared ? await revert(shared.away, host, options) : ok()
    return ok(allRemoved(swept, putBack, removed, home))
  })
}

/** The table of a network, with all that leads to it, and tables whose record went with a bridge that somebody has deleted. */
function tablesOf(
  site: Netns,
  { network: { record } }: Scene,
  links: readonly Link[],
): ResultAsync<Steps, KernelError> {
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

/** Nothing to put back: no revert of an endpoint's own steps looks at it. */
export const untouched: EniBefore = { up: true, forwarding: '1' }

/** Whether other networks are on the ENI, as far as their records can be read. */
function isEniShared({ network: { eni, bridge } }: Scene, links: readonly Link[]): boolean {
  const on = eni === undefined ? [] : networksOn(links, eni)
  const newer = links.filter(({ kind, alias }) => kind === 'bridge' && isNewerRecord(alias))
  return [...on, ...newer].some(({ index }) => index !== bridge?.index)
}

/** How to leave the ENI: as it was before the network came, or as it is, if others need it so. */
function toPutBack(
  site: Netns,
  { network: { eni, record, bridge } }: Scene,
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
    return ok({ ...before, up, ...(mtu === undefined || isBelow ? {} : { mtu }) })
  })
}

/** Whether somebody has given an ENI addresses or routes in the meantime: in L2 they are on the bridge. */
function isConfigured(
  site: Netns,
  eni: Link,
  { bridgeType, before: { isAddressed = false } }: NetworkRecord,
  bridge: Link | undefined,
): ResultAsync<boolean, KernelError> {
  return safeTry<boolean, KernelError>(async function* () {
    for (const { name } of [eni, ...(bridgeType === 'L2' && bridge !== undefined ? [bridge] : [])]) {
      const { addresses, routes } = yield* belongingsOf(site, name)
      // Those of other tables come with addresses, or are ours.
      if ((addresses.length > 0 && !isAddressed) || routes.some(({ table }) => table === undefined)) return ok(true)
    }
    return ok(false)
  })
}

/** All failures of several removals. */
export function allRemoved(...removals: readonly Removal[]): Removal {
  const failed = removals.flatMap((removal) => (removal.isErr() ? removal.error.failed : []))
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
