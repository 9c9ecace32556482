import { absentIfGone, changeReversibly, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { hostOf, subnetOf } from '@vpc-bridge/kernel/ip'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'

/** A masquerade to have. */
export interface MasqueradeOf {
  /** What its sources have in common, such as their network. */
  readonly name: string
}

/**
 * Masquerading of sources, which `masqueraded` adds: their packets leave the host with the host's address.
 *
 * Reverting removes it, with all sources.
 *
 * @see nft(8)
 */
export function masquerade({ name }: MasqueradeOf): Step<Netns, KernelError> {
  return {
    name: `masquerade ${name}`,
    apply: (netns, undo) =>
      netns.masquerade(name).andThen((found) => {
        if (found !== undefined) return okAsync()
        return changeReversibly(netns, { do: 'set masquerade', name }, { do: 'delete masquerade', name }, undo)
      }),
    revert: (netns) => absentIfGone(netns.change({ do: 'delete masquerade', name }).map((): Reverted => 'removed')),
  }
}

/** A source of a masquerade. */
export interface MasqueradedSource {
  /** Name of the masquerade. */
  readonly name: string
  /** With the prefix length of its subnet, where it is seen as itself: `10.88.0.2/24`. */
  readonly address: string
}

/**
 * An address among the sources of a masquerade. Packets to its own subnet, and to groups, keep it.
 *
 * Reverting removes it, whatever it reaches as itself. ENOENT when there is no masquerade of that name.
 */
export function masqueraded({ name, address }: MasqueradedSource): Step<Netns, KernelError> {
  const entry = { source: hostOf(address), except: subnetOf(address) }
  return {
    name: `masquerade of ${address} in ${name}`,
    apply: (netns, undo) =>
      netns.masquerade(name).andThen((masquerade) => {
        const found = masquerade?.entries.find(({ source }) => source === entry.source)
        if (found?.except === entry.except) return okAsync()
        const inverse =
          found === undefined
            ? ({ do: 'delete masquerade entry', name, entry } as const)
            : ({ do: 'set masquerade entry', name, entry: found } as const)
        return changeReversibly(netns, { do: 'set masquerade entry', name, entry }, inverse, undo)
      }),
    revert: (netns) =>
      absentIfGone(
        netns.masquerade(name).andThen((masquerade) => {
          const found = masquerade?.entries.find(({ source }) => source === entry.source)
          if (found === undefined) return okAsync<Reverted>('absent')
          return netns.change({ do: 'delete masquerade entry', name, entry: found }).map((): Reverted => 'removed')
        }),
      ),
  }
}
