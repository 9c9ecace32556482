import { ownMacvtap, type Syscalls } from '@vpc-bridge/runtime'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { type KernelError, operationError } from './error.ts'
import type { Netns } from './netns.ts'
import type { NewLink, NewMacvtap } from './new-link.ts'

/**
 * Returns the index that a new macvtap gets, if its MAC address is known: made of that. Its device file has the index in its name,
 * and is of all network namespaces, of which each counts its indexes for itself.
 *
 * @param mac six lower-case hexadecimal pairs with colons
 * @returns from 2^24 on, where the kernel does not count to
 */
export function macvtapIndex(mac: string): number {
  const [high = 0, ...low] = mac
    .split(':')
    .slice(2)
    .map((pair) => Number.parseInt(pair, 16))
  return low.reduce((sum, byte) => sum * 256 + byte, (high % 63) + 1)
}

/**
 * Returns the index that a VLAN in another namespace than its parent's gets. Before Linux 6.13 a new link without one is taken for the link
 * of its name in the parent's namespace.
 *
 * @param parent index of the parent
 * @returns from 2^29 on, a number for each VLAN of each parent
 */
export function vlanIndex(parent: number, id: number): number {
  return 2 ** 29 + (parent % 2 ** 16) * 4096 + id
}

/** Returns true for a link whose device file is to have an owner. */
export function hasDeviceOwner(link: NewLink): link is NewMacvtap & { readonly owner: number } {
  return link.kind === 'macvtap' && link.owner !== undefined
}

/**
 * Gives the device of a macvtap that has just been created to its owner; deletes the macvtap if it cannot.
 *
 * @param home the namespace of its parent
 */
export function giveDevice(
  home: Netns,
  link: NewMacvtap & { readonly owner: number },
  syscalls: Syscalls,
): ResultAsync<void, KernelError> {
  const { name, netns } = link
  const inside = netns === undefined ? okAsync(home) : home.open(netns)
  return inside.andThen((far) =>
    far.link(name).andThen((found) => {
      const { index = 0, mac = '' } = found ?? {}
      const given = ownMacvtap(syscalls, { index, mac }, link)
      if (given.isOk()) return okAsync()
      const { errno, message } = given.error
      return far
        .change({ do: 'delete link', name })
        .andThen(() => errAsync(operationError({ do: 'add link', link }, home.path, errno, message)))
    }),
  )
}
