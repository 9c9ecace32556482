import { type KernelError, type Link, mostPorts, type Netns, sysctlIfPresent } from '@vpc-bridge/kernel'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { Part } from './drawing.ts'
import { withoutLocal } from './far-ends.ts'
import { interfaceOf } from './interface.ts'
import type { Interface, Setting } from './model.ts'

/* What endpoints share that are ports of a bridge, as it is. */

/** A network card that endpoints share, by the record of their network. */
export type SharedCard =
  | (Interface & {
      readonly isThere: true
      /** Without the link-local ones. */
      readonly addresses: readonly string[]
    })
  | { readonly isThere: false; readonly name: string; readonly mac?: string }

/** The bridge that joins endpoints. */
export interface SharedBridge extends Interface {
  /** Without the link-local ones. */
  readonly addresses: readonly string[]
  readonly ports: number
  /** How many ports it can have. */
  readonly mostPorts: number
}

/**
 * Tells what there is of a card.
 *
 * @param recorded name and MAC address when the network was made; empty: it had none
 * @param link absent: the card is missing
 */
export function lookAtCard(
  netns: Netns,
  { name, mac }: { readonly name: string; readonly mac: string },
  link: Link | undefined,
): ResultAsync<SharedCard, KernelError> {
  if (link === undefined) return okAsync({ isThere: false, name, ...(mac === '' ? {} : { mac }) })
  return netns
    .addresses(link.name)
    .map((addresses) => ({ isThere: true, ...interfaceOf(link), addresses: withoutLocal(addresses) }))
}

/** Tells what there is of a bridge, among all links of its namespace. */
export function lookAtBridge(
  netns: Netns,
  bridge: Link,
  links: readonly Link[],
): ResultAsync<SharedBridge, KernelError> {
  const ports = links.filter(({ master }) => master === bridge.index).length
  return netns
    .addresses(bridge.name)
    .map((addresses) => ({ ...interfaceOf(bridge), addresses: withoutLocal(addresses), ports, mostPorts }))
}

/** Reads the settings that a network depends on; those of an interface that is gone are left out. */
export function readSettings(
  netns: Netns,
  wanted: readonly Omit<Setting, 'value'>[],
): ResultAsync<readonly Setting[], KernelError> {
  return safeTry<readonly Setting[], KernelError>(async function* () {
    const settings: Setting[] = []
    for (const setting of wanted) {
      const value = yield* sysctlIfPresent(netns, setting.path)
      if (value !== undefined) settings.push({ ...setting, value })
    }
    return ok(settings)
  })
}

/**
 * Returns what is drawn of a card or a bridge.
 *
 * @param kind in a word: `bridge`
 * @param settings of the whole network
 */
export function partOf(kind: string, shared: SharedCard | SharedBridge, settings: readonly Setting[]): Part {
  const { name } = shared
  const own = { kind, name, settings: settings.filter(({ dev }) => dev === name) }
  if ('isThere' in shared && !shared.isThere) return { ...own, link: 'gone', addresses: [] }
  return { ...own, link: shared, addresses: shared.addresses }
}
