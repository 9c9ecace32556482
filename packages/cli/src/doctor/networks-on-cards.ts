import type { Link, Netns } from '@vpc-bridge/kernel'
import { type RecordedCard, recordedCardOrNamesake } from '@vpc-bridge/link'
import type { Finding } from './model.ts'

/** A plugin whose networks share a network card, each with a bridge that carries its record. */
export interface CardPlugin {
  /** Name of the executable. */
  readonly type: string
  /** What such a card is called, in a word. */
  readonly noun: string
  /** The key of a configuration that names the card. */
  readonly key: string
  /** Returns `undefined` for an alias that is not the record of a network. */
  readonly readNetwork: (
    alias: string | undefined,
  ) => { readonly network: string; readonly card: RecordedCard } | undefined
  /** Returns true for a record of a newer version. */
  readonly isNewer: (alias: string | undefined) => boolean
}

/** Examines the networks that exist on a host: could an ADD use each, as far as that does not depend on its configuration? */
export async function networksOnCards(host: Netns, plugin: CardPlugin): Promise<readonly Finding[]> {
  const links = (await host.links()).unwrapOr([])
  return links.flatMap((bridge): readonly Finding[] => {
    if (bridge.kind !== 'bridge') return []
    if (plugin.isNewer(bridge.alias)) return [newer(bridge, plugin)]
    const record = plugin.readNetwork(bridge.alias)
    if (record === undefined) return []
    const { network, card } = record
    return [{ id: 'network', what: `network ${network}`, ...stateOf(links, bridge, card, plugin) }]
  })
}

function newer({ name }: Link, { type }: CardPlugin): Finding {
  const found = 'its record is of a newer version, which this version cannot read'
  const remedy = `use the ${type} that has made it, or a newer one`
  return { id: 'network', what: `network on ${name}`, state: 'missing', found, remedy }
}

function stateOf(
  links: readonly Link[],
  bridge: Link,
  recorded: RecordedCard,
  { noun, key }: CardPlugin,
): Pick<Finding, 'state' | 'found' | 'remedy'> {
  const former = recorded.name
  const card = recordedCardOrNamesake(links, recorded)
  if (card === undefined) {
    const found = `${bridge.name}, but its ${noun} is gone: ${former}, with the MAC address ${recorded.mac}`
    return { state: 'missing', found, remedy: 'attach that interface again' }
  }
  const other = links.find(({ index }) => index === card.master && index !== bridge.index)
  if (other !== undefined) {
    const found = `${bridge.name}, but its ${noun} ${card.name} is a part of ${other.name}`
    return { state: 'missing', found, remedy: `ip link set dev ${card.name} nomaster` }
  }
  if (card.name === former) return { state: 'there', found: `${bridge.name} on ${card.name}` }
  const renamed = `${bridge.name} on ${card.name}, which was ${former} when the network was made`
  if (links.every(({ name }) => name !== former)) return { state: 'there', found: renamed }
  const remedy = `where a configuration of it says ${key} ${former}: set it to ${card.name}`
  return { state: 'missing', found: `${renamed}; ${former} is another interface now`, remedy }
}
