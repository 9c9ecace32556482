import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import type { ResultAsync } from 'neverthrow'

/** What a link is known by. */
export type LinkIdentity =
  | { readonly by: 'name'; readonly name: string }
  /** In canonical form: six lower-case hexadecimal pairs with colons. */
  | { readonly by: 'mac'; readonly mac: string }

/**
 * Looks up a link. Several can have a MAC address: see {@link linkWithMac}.
 *
 * @returns the link, or `undefined` when there is none
 */
export function findLink(netns: Netns, link: LinkIdentity): ResultAsync<Link | undefined, KernelError> {
  return link.by === 'name' ? netns.link(link.name) : netns.links().map((links) => linkWithMac(links, link.mac))
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
