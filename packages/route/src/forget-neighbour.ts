import { absentIfGone, type KernelError, type NeighbourEntry, type Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync, type ResultAsync } from 'neverthrow'

/**
 * No neighbour entry that the kernel has learnt of an address on a link. The address may have a new owner with another MAC address, and
 * the kernel would go on sending to the earlier one for up to a minute. The next packet waits until the kernel has asked anew. A
 * permanent entry is left: another process has set it.
 *
 * An undo restores nothing: the kernel learns it again. Reverting deletes the entry, also a permanent one: the address has no owner then.
 * ENODEV when the link is missing.
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
