import { type Address, absentIfGone, changeReversibly, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'
import { broadcastOf } from './broadcast.ts'

/** An IP address that is wanted on a link. */
export interface AddressOnLink {
  /** Name of the link. */
  readonly dev: string
  /** Address and prefix length, in canonical text: `192.168.1.43/24`. */
  readonly address: string
  /** False: the kernel adds no route to the subnet (IFA_F_NOPREFIXROUTE). Absent: it does. */
  readonly prefixRoute?: boolean
}

/**
 * An IP address on a link; IPv4 addresses with the broadcast address of their subnet, as
 * `ip address add ADDRESS dev DEV broadcast +` adds them. The kernel adds the route to the subnet, unless `prefixRoute` is false.
 *
 * Reverting deletes the address. ENODEV when the link is missing.
 *
 * @see ip-address(8)
 */
export function address({ dev, address, prefixRoute = true }: AddressOnLink): Step<Netns, KernelError> {
  const broadcast = broadcastOf(address)
  const wanted: Address = {
    dev,
    address,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(prefixRoute ? {} : { noPrefixRoute: true }),
  }
  return {
    name: `address ${address} on ${dev}`,
    apply: (netns, undo) =>
      netns.addresses(dev).andThen((addresses) => {
        if (addresses.some((found) => found.address === address)) return okAsync()
        const inverse = { do: 'delete address', address: wanted } as const
        return changeReversibly(netns, { do: 'add address', address: wanted }, inverse, undo)
      }),
    revert: (netns) =>
      absentIfGone(
        netns.addresses(dev).andThen((addresses) => {
          if (!addresses.some((found) => found.address === address)) return okAsync<Reverted>('absent')
          return netns.change({ do: 'delete address', address: wanted }).map((): Reverted => 'removed')
        }),
      ),
  }
}
