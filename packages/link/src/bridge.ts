import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'
import type { Alias } from './alias.ts'
import { ensureLink, ensureSettings, removeLink } from './ensure-link.ts'

/** A bridge that is wanted. */
export interface Bridge {
  /** Interface name, 15 bytes at most. */
  readonly name: string
  /** Ethernet address. An explicit one stays as it is when ports come and go. */
  readonly mac: string
  /** In bytes. An explicit one stays as it is when ports come and go. */
  readonly mtu: number
  /** Text that identifies the bridge to later processes. */
  readonly alias?: Alias
}

/**
 * An Ethernet bridge, administratively up.
 *
 * Reverting deletes it; its ports stay, without a bridge. A link of that name that is not a bridge is an EEXIST error.
 *
 * @see https://docs.kernel.org/networking/bridge.html
 */
export function bridge({ name, mac, mtu, alias }: Bridge): Step<Netns, KernelError> {
  return {
    name: `bridge ${name}`,
    apply: (netns, undo) =>
      ensureLink(netns, { kind: 'bridge', name, mac, up: true }, ['bridge'], undo)
        // Only an MTU that is set after the creation stays when ports come and go; the creation takes no alias.
        .andThen(() => netns.link(name))
        .andThen((link) => (link === undefined ? okAsync() : ensureSettings(netns, link, { mtu, alias }, undo))),
    revert: (netns) => removeLink(netns, name),
  }
}
