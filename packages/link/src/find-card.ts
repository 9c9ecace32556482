import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import type { ResultAsync } from 'neverthrow'

/** What a configuration knows a network card by. */
export type CardIdentity =
  | { readonly by: 'name'; readonly name: string }
  /** In canonical form: six lower-case hexadecimal pairs with colons. */
  | { readonly by: 'mac'; readonly mac: string }

/** A network card as a record tells of it. */
export interface RecordedCard {
  readonly name: string
  /** Empty: it has none. */
  readonly mac: string
}

/**
 * Looks up a network card. Several links can have a MAC address: see {@link linkWithMac}.
 *
 * @returns the link, or `undefined` when there is none
 */
export function findCard(netns: Netns, card: CardIdentity): ResultAsync<Link | undefined, KernelError> {
  return card.by === 'name' ? netns.link(card.name) : netns.links().map((links) => linkWithMac(links, card.mac))
}

/**
 * Picks the network card with a MAC address. Links on top of a card, such as VLANs, have the same: one that is on top of none is
 * preferred, then the shortest name, then the lowest index. So have a bond and its parts, of which the bond is meant. A bridge is
 * none: it may have the MAC address of a card that is its port.
 *
 * @param name of the card, as far as that is known: it comes first
 */
export function linkWithMac(links: readonly Link[], mac: string, name?: string): Link | undefined {
  const cards = links.filter((link) => link.mac === mac && link.kind !== 'bridge')
  const rank = (link: Link) => [
    link.name === name ? 0 : 1,
    cards.some(({ index }) => index === link.master) ? 1 : 0,
    link.parent === undefined ? 0 : 1,
    link.name.length,
    link.index,
  ]
  return cards.toSorted((one, other) => {
    const ranks = rank(other)
    return (
      rank(one)
        .map((each, n) => each - (ranks[n] ?? 0))
        .find((difference) => difference !== 0) ?? 0
    )
  })[0]
}

/**
 * Picks the card of a record, whatever its name is by now: the one with its MAC address. A link on top of the one with its name may
 * have kept a former address of that one.
 */
export function recordedCard(links: readonly Link[], { name, mac }: RecordedCard): Link | undefined {
  const named = links.find((link) => link.name === name)
  const others = links.filter(({ parent }) => parent === undefined || parent !== named?.index)
  return mac === '' ? undefined : linkWithMac(others, mac, name)
}

/** Picks the card of a record; if none has its MAC address any more, the one with its name. */
export function recordedCardOrNamesake(links: readonly Link[], card: RecordedCard): Link | undefined {
  return recordedCard(links, card) ?? links.find(({ name }) => name === card.name)
}
