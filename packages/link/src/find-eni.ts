import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { okAsync, type ResultAsync } from 'neverthrow'

/** What an elastic network interface is known by. */
export type EniIdentity =
  | { readonly by: 'name'; readonly name: string }
  /** In canonical form: six lower-case hexadecimal pairs with colons. */
  | { readonly by: 'mac'; readonly mac: string }

/**
 * Looks up an ENI. Several links can share a MAC address (a VLAN on top of the ENI has the same): the shortest name wins,
 * and among those of one length the lowest index. A bridge is none: it may have the MAC address of an ENI that is its port.
 *
 * @returns the link, or `undefined` when there is none
 */
export function findEni(netns: Netns, eni: EniIdentity): ResultAsync<Link | undefined, KernelError> {
  if (eni.by === 'name') return netns.link(eni.name)
  return netns.links().andThen((links) => {
    const [first] = links
      .filter((link) => link.mac === eni.mac && link.kind !== 'bridge')
      .toSorted((a, b) => a.name.length - b.name.length || a.index - b.index)
    return okAsync(first)
  })
}
