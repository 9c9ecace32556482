import { absentIfGone, type KernelError, type NeighbourEntry, type Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync, type ResultAsync } from 'neverthrow'

/**
 * No neighbour entry that the kernel has learnt of an address on a link: who has the address now may have another MAC address
 * than who had it before, and the kernel would go on sending to that one for up to a minute. The next packet waits until the
 * kernel has asked anew. A permanent entry is left: somebody has set it.
 *
 * An undo puts nothing back: what the kernel has learnt it learns again. Reverting deletes the entry, also a permanent one: the
 * address is nobody's then. ENODEV when there is no such link.
 *
 * @see ip-neighbour(8), arp(7)
 */
export function forgetNeighbour({ dev, address }: Pick<NeighbourEntry, 'dev' | 'address'>): Step<Netns, KernelError> {
  const remove = (netns: Netns): ResultAsync<Reverted, KernelError> =>
    absentIfGone(netns.change({ do: 'delete neighbour', neighbour: { dev, address } }).map((): Reverted => 'removed'))
  return {
    name: `no learnt neighbour ${address} on ${dev}`,
    apply: (netns) =>
      netns
        .neighbour(dev, address)
        .andThen((found) => (found === undefined || found.isPermanent ? okAsync() : remove(netns)))
        .map(() => undefined),
    revert: (netns) =>
      absentIfGone(
        netns
          .neighbour(dev, address)
          .andThen((found) => (found === undefined ? okAsync<Reverted>('absent') : remove(netns))),
      ),
  }
}
