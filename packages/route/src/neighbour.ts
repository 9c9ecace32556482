import { absentIfGone, changeReversibly, type KernelError, type Neighbour, type Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'

/**
 * A permanent neighbour entry: frames to the address go to that MAC address, without ARP or neighbour discovery.
 *
 * Reverting deletes the permanent entry of that address, whatever its MAC address. ENODEV when the link is missing.
 *
 * @see ip-neighbour(8)
 */
export function neighbour(wanted: Neighbour): Step<Netns, KernelError> {
  const { dev, address, mac } = wanted
  return {
    name: `neighbour ${address} at ${mac} on ${dev}`,
    apply: (netns, undo) =>
      netns.neighbours(dev).andThen((entries) => {
        const found = entries.find((entry) => entry.address === address)
        if (found?.mac === mac) return okAsync()
        const inverse =
          found === undefined
            ? ({ do: 'delete neighbour', neighbour: wanted } as const)
            : ({ do: 'set neighbour', neighbour: found } as const)
        return changeReversibly(netns, { do: 'set neighbour', neighbour: wanted }, inverse, undo)
      }),
    revert: (netns) =>
      absentIfGone(
        netns.neighbours(dev).andThen((entries) => {
          const found = entries.find((entry) => entry.address === address)
          if (found === undefined) return okAsync<Reverted>('absent')
          return netns.change({ do: 'delete neighbour', neighbour: found }).map((): Reverted => 'removed')
        }),
      ),
  }
}
