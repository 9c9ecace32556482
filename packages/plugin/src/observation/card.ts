import { type CniError, errorCodes } from '@vpc-bridge/cni'
import type { CardSelection } from '@vpc-bridge/config'
import { inodeOf, isNamed, type KernelError, type Link, longestLinkName, type Netns } from '@vpc-bridge/kernel'
import { type CardIdentity, linkWithMac, recordedCard } from '@vpc-bridge/link'
import type { ResultAsync } from 'neverthrow'
import type { RecordKeys } from '../definition/definition.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { entriesOfAny } from '../records/record.ts'
import type { Scene } from './scene.ts'

/*
 * For plugins whose endpoints are made of a network card, such as one of a cloud: by its MAC address in their records it is found
 * again, whatever its name is by then, and plugins of this toolkit see that another one has it.
 */

/** The key of a card's name in a record. Networks of all versions have it: to be kept. */
const nameKey = 'eni'

/** What identifies a network card. */
export interface Card {
  /** Of the link: at most 15 bytes. */
  readonly name: string
  /** Six lower-case hexadecimal pairs with colons. */
  readonly mac: string
}

/** What is observed of a network card. */
export interface CardView {
  /** On the host, under the name that it has now. */
  readonly present: Link | undefined
  /** As the endpoint's record tells of it. */
  readonly recorded: Card | undefined
  /** Other links whose records say that they use it. */
  readonly users: readonly CardUser[]
  /** What identifies the container's namespace. */
  readonly inode: string | undefined
}

/** A link whose record says that it uses a network card. */
export interface CardUser {
  /** Type of the plugin that wrote the record. */
  readonly plugin: string
  /** Name of the link that carries it. */
  readonly link: string
}

/** Returns what a card is looked up by. With both, the name decides, and the MAC address is there to be compared. */
export function cardIdentity({ name, mac = '' }: CardSelection): CardIdentity & { readonly mac?: string } {
  if (name === undefined) return { by: 'mac', mac }
  return { by: 'name', name, ...(mac === '' ? {} : { mac }) }
}

/**
 * Observes the card of an endpoint: that of its record, or else the one that the configuration names, by its MAC address before its name.
 * To be called in `observe` of a definition. A card that is missing is no error.
 *
 * @param network the namespace that the network lies in
 */
export function observeCard<C extends { readonly card: CardSelection }>(
  network: Netns,
  { config: { card } }: Pick<Endpoint<C>, 'config'>,
  { record, hostLink, container }: Pick<Scene, 'record' | 'hostLink' | 'container'>,
): ResultAsync<CardView, KernelError> {
  return network.links().map((links) => {
    const { [nameKey]: recordedName, mac: recordedMac } = record?.entries ?? {}
    const recorded =
      recordedName === undefined || recordedMac === undefined ? undefined : { name: recordedName, mac: recordedMac }
    const present = recorded === undefined ? configuredCard(links, card) : recordedCard(links, recorded)
    const mac = recorded?.mac ?? card.mac
    const others = links.filter(({ index }) => index !== hostLink?.index)
    return {
      present,
      recorded,
      users: usersOfCard(others, mac ?? present?.mac),
      inode: container === undefined ? undefined : inodeOf(container),
    }
  })
}

function configuredCard(links: readonly Link[], { name, mac }: CardSelection): Link | undefined {
  return mac === undefined
    ? links.find((link) => name !== undefined && isNamed(link, name))
    : linkWithMac(links, mac, name)
}

/**
 * Finds what uses a network card, by the records of all plugins of this toolkit: those with entries for its name and `mac`.
 *
 * @param links of the host
 * @param mac of the card
 * @param but plugins that do not count
 */
export function usersOfCard(
  links: readonly Link[],
  mac: string | undefined,
  but: readonly string[] = [],
): readonly CardUser[] {
  return links.flatMap(({ name, alias }) => {
    const { plugin, entries } = entriesOfAny(alias)
    const isIts = mac !== undefined && nameKey in entries && entries['mac'] === mac
    return plugin !== undefined && isIts && !but.includes(plugin) ? [{ plugin, link: name }] : []
  })
}

/** A rule: the card exists, and is an Ethernet one. Code 7 (invalid network configuration); for an endpoint that has it, it is obeyed. */
export function cardExists<C extends { readonly card: CardSelection }>(
  { present, recorded }: CardView,
  { config: { card } }: Endpoint<C>,
): CniError | undefined {
  if (recorded !== undefined || present?.mac !== undefined) return undefined
  const named = [card.name, card.mac].filter((each) => each !== undefined).join(', ')
  const why = present === undefined ? 'no link of the host is that' : 'it has no MAC address'
  return { code: errorCodes.invalidConfiguration, msg: `network card ${named}: ${why}`, details: 'see: ip link' }
}

/**
 * Returns a rule: no endpoint has the card but those of some plugins, which get on with this one. Code 11 (try again later).
 *
 * @param but types of those plugins
 */
export function cardIsFree(...but: readonly string[]): (view: CardView) => CniError | undefined {
  return ({ users }) => {
    const user = users.find(({ plugin }) => !but.includes(plugin))
    if (user === undefined) return undefined
    const msg = `the network card is in use: the record of ${user.link} says that ${user.plugin} has it`
    return { code: errorCodes.tryAgainLater, msg, details: 'remove what uses it first: DEL of its container' }
  }
}

/**
 * Returns the keys of a record that tell of a card, and of the container's namespace, for GC to find the endpoint there.
 *
 * @param further returns other entries that must be in the record
 */
export function cardRecord<C>(
  further: (endpoint: Endpoint<C>) => Readonly<Record<string, string>> = () => ({}),
): Pick<RecordKeys<C, CardView>, 'write'> {
  return {
    write: (endpoint, view, addresses) => {
      const { name, mac } = view?.recorded ?? view?.present ?? longestCard
      const isWritable = view?.inode !== undefined && !endpoint.netns.includes(' ')
      const where = isWritable ? { netns: endpoint.netns, inode: view.inode } : {}
      return {
        needed: { [nameKey]: name, ...(mac === undefined ? {} : { mac }), ...further(endpoint) },
        optional: { ...where, ...addresses },
      }
    },
  }
}

/** What there must be room for before one is looked for. */
const longestCard: Card = { name: 'a'.repeat(longestLinkName), mac: '00:00:00:00:00:00' }
