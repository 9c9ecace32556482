import { absentIfGone, changeReversibly, type KernelError, type Neighbour, type Netns } from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/**
 * A permanent neighbour entry: frames to the address go to that MAC address, and nobody is asked.
 *
 * Reverting deletes the permanent entry of that address, whatever its MAC address. ENODEV when there is no such link.
 *
 * @see ip-neighbour(8)
 */
export function neighbour(wanted: Neighbour): Step<Netns, KernelError> {
  const { dev, address, mac } = wanted
  return {
    name: `neighbour ${address} at ${mac} on ${dev}`,
    // Tried first, looked for then: most often there is none.
    apply: (netns, undo) => {
      const inverse = { do: 'delete neighbour', neighbour: wanted } as const
      return changeReversibly(netns, { do: 'add neighbour', neighbour: wanted }, inverse, undo).orElse((error) =>
        error.errno === 'EEXIST' ? ensureInPlace(netns, wanted, undo) : errAsync(error),
      )
    },
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

/** Where there is an entry for the address already: a permanent one, or one that the kernel has learnt. */
function ensureInPlace(netns: Netns, wanted: Neighbour, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return netns.neighbours(wanted.dev).andThen((entries) => {
    const found = entries.find((entry) => entry.address === wanted.address)
    if (found?.mac === wanted.mac) return okAsync()
    const inverse =
      found === undefined
        ? ({ do: 'delete neighbour', neighbour: wanted } as const)
        : ({ do: 'set neighbour', neighbour: found } as const)
    return changeReversibly(netns, { do: 'set neighbour', neighbour: wanted }, inverse, undo)
  })
}
