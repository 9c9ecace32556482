import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'
import type { Alias } from './alias.ts'
import { ensureEither } from './dummy.ts'
import { ensureSettings, removeLink } from './ensure-link.ts'

/** In bytes: that of Ethernet. */
const mtu = 1500

/** A marker to have. */
export interface Marker {
  /** Interface name, 15 bytes at most. */
  readonly name: string
  readonly mac: string
  /** The text to keep. */
  readonly alias: Alias
}

/**
 * A link by which nothing is sent, for what its alias says: it lasts until somebody deletes it, or the machine is started anew. A dummy
 * link that is down, or an `ifb` link where the kernel has no driver for those.
 *
 * Reverting deletes it. A link of that name of another kind is an EEXIST error.
 */
export function marker({ name, mac, alias }: Marker): Step<Netns, KernelError> {
  return {
    name: `marker ${name}`,
    apply: (netns, undo) =>
      ensureEither(netns, { kind: 'dummy', name, mac, mtu }, { kind: 'ifb', name, mac, mtu }, undo)
        .andThen(() => netns.link(name))
        .andThen((link) => (link === undefined ? okAsync() : ensureSettings(netns, link, { alias, up: false }, undo))),
    revert: (netns) => removeLink(netns, name),
  }
}
