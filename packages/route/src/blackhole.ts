import { absentIfGone, changeReversibly, type KernelError, type Netns, type RejectRoute } from '@vpc-bridge/kernel'
import { familyOf } from '@vpc-bridge/kernel/ip'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'

/** A destination that nothing is to reach. */
export interface Blackhole {
  /** Prefix in canonical text, bits behind the length zero. */
  readonly destination: string
}

/**
 * A route that drops what it is for. Another route to the same destination with the same priority is an EEXIST error.
 *
 * Reverting deletes it.
 *
 * @see ip-route(8), type blackhole
 */
export function blackhole({ destination }: Blackhole): Step<Netns, KernelError> {
  const family = familyOf(destination)
  const route: RejectRoute = { type: 'blackhole', destination, protocol: 'boot', metric: family === 'inet6' ? 1024 : 0 }
  const isThere = (netns: Netns) =>
    netns
      .rejectRoutes(family)
      .map((routes) =>
        routes.some(
          (found) =>
            found.type === 'blackhole' &&
            found.destination === destination &&
            found.metric === route.metric &&
            found.table === undefined,
        ),
      )
  return {
    name: `blackhole ${destination}`,
    apply: (netns, undo) =>
      changeReversibly(netns, { do: 'add reject route', route }, { do: 'delete reject route', route }, undo).orElse(
        (error) =>
          error.errno === 'EEXIST'
            ? isThere(netns).andThen((there) => (there ? okAsync() : errAsync(error)))
            : errAsync(error),
      ),
    revert: (netns) => absentIfGone(netns.change({ do: 'delete reject route', route }).map((): Reverted => 'removed')),
  }
}
