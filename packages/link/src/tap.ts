import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'
import type { Alias } from './alias.ts'
import { ensureLink, ensureSettings, removeLink } from './ensure-link.ts'

/** A TAP interface to have: an Ethernet link whose other end is a program, such as a virtual machine. */
export interface Tap {
  /** Interface name, 15 bytes at most. */
  readonly name: string
  /** Number of the user whose programs may open it. */
  readonly owner: number
  /** Number of the group whose programs may open it. */
  readonly group?: number
  /**
   * Of the link itself. The machine behind it needs another: a bridge keeps for itself what is addressed to one of its
   * ports.
   */
  readonly mac: string
  /** In bytes. */
  readonly mtu: number
  /** Name of the bridge whose port it is. */
  readonly master: string
  /** Text that identifies it to later processes. */
  readonly alias?: Alias
}

/**
 * A TAP interface, administratively up, as a port of a bridge. It is there whether a program has it open or not; frames
 * have a header for offloads (IFF_VNET_HDR).
 *
 * Reverting deletes it. A link of that name that is no TAP interface is an EEXIST error. The owner of one that is there is
 * left as it is: the kernel tells it in no way that all drivers have.
 *
 * @see https://docs.kernel.org/networking/tuntap.html
 */
export function tap({ name, owner, group, mac, mtu, master, alias }: Tap): Step<Netns, KernelError> {
  return {
    name: `TAP ${name}`,
    apply: (netns, undo) =>
      ensureLink(netns, { kind: 'tap', name, owner, ...(group === undefined ? {} : { group }) }, ['tun'], undo)
        .andThen(() => netns.link(name))
        .andThen((link) =>
          link === undefined ? okAsync() : ensureSettings(netns, link, { mac, mtu, master, alias, up: true }, undo),
        ),
    revert: (netns) => removeLink(netns, name),
  }
}
