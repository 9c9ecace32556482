import { absentIfGone, type KernelError, type Link, type Netns, operationError } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, ok, safeTry } from 'neverthrow'
import { ensureSettings } from './ensure-link.ts'

/** An existing link that is wanted as a port of a bridge. */
export interface BridgePort {
  readonly dev: string
  readonly bridge: string
}

/**
 * An existing link as a port of a bridge.
 *
 * Reverting takes it off that bridge. ENODEV when the link is missing; EBUSY when it is a port of another bridge, of a bond or the
 * like.
 */
export function bridgePort({ dev, bridge }: BridgePort): Step<Netns, KernelError> {
  return {
    name: `${dev} as a port of ${bridge}`,
    apply: (netns, undo) =>
      safeTry<void, KernelError>(async function* () {
        const link = yield* netns.link(dev)
        const master = yield* netns.link(bridge)
        const operation = { do: 'set link', name: dev, set: { master: bridge } } as const
        const refuse = (errno: string, message: string) =>
          errAsync(operationError(operation, netns.path, errno, message))
        if (link === undefined) return refuse('ENODEV', `no link is named ${dev}`)
        if (link.master !== undefined && link.master !== master?.index) {
          return refuse('EBUSY', `${dev} is part of something else already, which has index ${link.master}`)
        }
        return ensureSettings(netns, link, { master: bridge }, undo)
      }),
    revert: (netns) =>
      absentIfGone(
        safeTry<Reverted, KernelError>(async function* () {
          const link = yield* netns.link(dev)
          const master = yield* netns.link(bridge)
          if (link?.master === undefined || link.master !== master?.index) return ok<Reverted>('absent')
          yield* netns.change({ do: 'set link', name: dev, set: { master: null } })
          return ok<Reverted>('removed')
        }),
      ),
  }
}

/**
 * Finds a link on top of another one that takes all of its packets: then that one can be no port of a bridge
 * (netdev_rx_handler_register of Linux: EBUSY).
 */
export function portBlocker(links: readonly Link[], { index }: Link): Link | undefined {
  return links.find(
    ({ kind = '', parent }) => parent === index && ['macvlan', 'macvtap', 'ipvlan', 'ipvtap'].includes(kind),
  )
}
