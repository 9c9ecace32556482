import { absentIfGone, changeReversibly, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/** A port of a bridge, in a network that knows a single MAC address behind it. */
export interface MacNat {
  /** Name of the port, such as a network card. */
  readonly dev: string
  /** The MAC address that the network knows: that of the port. */
  readonly mac: string
}

/**
 * Translation of MAC addresses on a port of a bridge. Frames that leave by it have the port's MAC address, as their source and as the sender
 * within ARP; ARP replies that come in by it go to all ports; IPv4 packets go to the MAC address of the {@link macNatEndpoint} that has
 * their address.
 *
 * Reverting removes it, with all endpoints.
 *
 * @see nft(8)
 */
export function macNat({ dev, mac }: MacNat): Step<Netns, KernelError> {
  return {
    name: `MAC translation on ${dev} to ${mac}`,
    apply: (netns, undo) =>
      netns.macTranslation(dev).andThen((found) => {
        if (found?.mac === mac) return okAsync()
        const inverse =
          found === undefined
            ? ({ do: 'delete MAC translation', dev } as const)
            : ({ do: 'set MAC translation', dev, mac: found.mac } as const)
        return changeReversibly(netns, { do: 'set MAC translation', dev, mac }, inverse, undo)
      }),
    revert: (netns) => absentIfGone(netns.change({ do: 'delete MAC translation', dev }).map((): Reverted => 'removed')),
  }
}

/** The MAC address that belongs to an IPv4 address on a bridge whose port is translated. */
export interface MacNatEndpoint {
  /** Name of the port. */
  readonly dev: string
  /** IPv4 address, without a prefix length. */
  readonly address: string
  readonly mac: string
}

/**
 * An endpoint behind a {@link macNat}: packets to its address that come in by the port go to its MAC address.
 *
 * Reverting removes the entry of that address, if it is for that MAC address. ENOENT when nothing is translated on the port.
 */
export function macNatEndpoint({ dev, ...entry }: MacNatEndpoint): Step<Netns, KernelError> {
  const { address, mac } = entry
  return {
    name: `MAC translation of ${address} to ${mac} on ${dev}`,
    apply: (netns, undo) =>
      netns.macTranslation(dev).andThen((translation) => {
        const found = translation?.entries.find((each) => each.address === address)
        if (found?.mac === mac) return okAsync()
        const inverse =
          found === undefined
            ? ({ do: 'delete MAC translation entry', dev, entry } as const)
            : ({ do: 'set MAC translation entry', dev, entry: found } as const)
        return changeReversibly(netns, { do: 'set MAC translation entry', dev, entry }, inverse, undo)
      }),
    revert: (netns) =>
      absentIfGone(
        netns.macTranslation(dev).andThen((translation) => {
          const found = translation?.entries.find((each) => each.address === address)
          if (found?.mac !== mac) return okAsync<Reverted>('absent')
          return netns.change({ do: 'delete MAC translation entry', dev, entry }).map((): Reverted => 'removed')
        }),
      ),
  }
}

/**
 * Tells whether MAC addresses can be translated here, without changing anything.
 *
 * @param dev a name that no port has
 * @returns errors are those of a change: ENOPKG without nft, EOPNOTSUPP where the kernel cannot
 */
export function canTranslate(netns: Netns, dev: string): ResultAsync<void, KernelError> {
  // The removal of what is missing needs everything that a translation needs.
  return netns
    .change({ do: 'delete MAC translation', dev })
    .orElse((error) => (error.errno === 'ENOENT' ? okAsync() : errAsync(error)))
}
