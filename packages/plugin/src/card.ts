import { type CniError, errorCodes } from '@vpc-bridge/cni'
import type { CardSelection } from '@vpc-bridge/config'
import { inodeOf, isNamed, type KernelError, type Link, type Netns } from '@vpc-bridge/kernel'
import { type CardIdentity, linkWithMac } from '@vpc-bridge/link'
import type { ResultAsync } from 'neverthrow'
import type { Endpoint, RecordKeys } from './definition.ts'
import { entriesOfAny } from './record.ts'
import type { Scene } from './scene.ts'

/*
 * For plugins whose endpoints are made of a network card, such as one of a cloud: by its MAC address in their records it is found
 * again, whatever its name is by then, and plugins of this toolkit see that another one has it.
 */

/** What identifies a network card. */
export interface Card {
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

/** Observes the card of an endpoint: that of its record, or else the one that the configuration names. */
export function observeCard<C extends { readonly card: CardSelection }>(
  network: Netns,
  { config: { card } }: Endpoint<C>,
  { record, hostLink, container }: Scene,
): ResultAsync<CardView, KernelError> {
  return network.links().map((links) => {
    const { eni, mac: recordedMac } = record?.entries ?? {}
    const recorded = eni === undefined || recordedMac === undefined ? undefined : { name: eni, mac: recordedMac }
    const mac = recorded?.mac ?? card.mac
    const present =
      mac === undefined
        ? links.find((link) => card.name !== undefined && isNamed(link, card.name))
        : linkWithMac(links, mac, card.name)
    const others = links.filter(({ index }) => index !== hostLink?.index)
    return {
      present,
      recorded,
      users: usersOfCard(others, mac ?? present?.mac),
      inode: container === undefined ? undefined : inodeOf(container),
    }
  })
}

/**
 * Finds what uses a network card, by the records of all plugins of this toolkit: those with the entries `eni`, its name, and `mac`.
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
    const isIts = mac !== undefined && 'eni' in entries && entries['mac'] === mac
    return plugin !== undefined && isIts && !but.includes(plugin) ? [{ plugin, link: name }] : []
  })
}

/** A rule: the card exists, and is an Ethernet one. */
export function cardExists<C extends { readonly card: CardSelection }>(
  { present, recorded }: CardView,
  { config: { card } }: Endpoint<C>,
): CniError | undefined {
  if (recorded !== undefined || present?.mac !== undefined) return undefined
  const named = [card.name, card.mac].filter((each) => each !== undefined).join(', ')
  const why = present === undefined ? 'no link of the host is that' : 'it has no MAC address'
  return { code: errorCodes.invalidConfiguration, msg: `network card ${named}: ${why}`, details: 'see: ip link' }
}

/** A rule: no endpoint has the card but those of these plugins, which get on with this one. */
export function cardIsFree(...but: readonly string[]): (view: CardView) => CniError | undefined {
  return ({ users }) => {
    const user = users.find(({ plugin }) => !but.includes(plugin))
    if (user === undefined) return undefined
    const msg = `the network card is in use: the record of ${user.link} says that ${user.plugin} has it`
    return { code: errorCodes.tryAgainLater, msg, details: 'remove what uses it first: DEL of its container' }
  }
}

/** The keys of a record that tell of a card, and of the container's namespace, for GC to find the endpoint there. */
export function cardRecord<C>(
  further: (endpoint: Endpoint<C>) => Readonly<Record<string, string>> = () => ({}),
): Pick<RecordKeys<C, CardView>, 'write'> {
  return {
    write: (endpoint, view, addresses) => {
      const { name, mac } = view?.recorded ?? view?.present ?? longestCard
      const isWritable = view?.inode !== undefined && !endpoint.netns.includes(' ')
      const where = isWritable ? { netns: endpoint.netns, inode: view.inode } : {}
      return {
        needed: { eni: name, ...(mac === undefined ? {} : { mac }), ...further(endpoint) },
        optional: { ...where, ...addresses },
      }
    },
  }
}

/** What there must be room for before one is looked for. */
const longestCard: Card = { name: 'a'.repeat(15), mac: '00:00:00:00:00:00' }
