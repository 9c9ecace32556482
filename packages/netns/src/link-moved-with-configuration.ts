import { inodeOf, isLinkLocal, type KernelError, type Link, type Netns, openIfPresent } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, safeTry } from 'neverthrow'
import { changeAlias, moveAway, moveError, written } from './departure.ts'
import { furnish } from './furnish.ts'
import { comeHome } from './home-coming.ts'
import { parseHomeRecord } from './home-record.ts'

/** An existing link to have in another namespace. */
export interface LinkMovedWithConfiguration {
  readonly name: string
  /** Path of the namespace, such as `/run/netns/blue`. */
  readonly netns: string
  /** Name of a link there that takes over its routes, and may have them since the link was there before. */
  readonly heir?: string | undefined
}

/** Returns true for a link that a step has moved to its namespace from another one, its origin: this one or `linkMoved`. */
export function isMoved(link: Link): boolean {
  return parseHomeRecord(link) !== undefined
}

/** Returns true for a link that a step has moved to its namespace from that origin. */
export function isMovedFrom(origin: Netns, link: Link): boolean {
  return parseHomeRecord(link)?.home === inodeOf(origin)
}

/**
 * A link of this namespace in another one, up, with its addresses, the routes of all tables by it, and its permanent
 * neighbours, as they were. What it was like at home is kept in its alias, and what that has no room for in alternative names
 * of the link. Both go with it: so nothing is lost if the process is killed half-way, and another process can bring it home.
 *
 * Reverting brings it home: with the addresses, routes, neighbours, settings and MTU that it had there, up or down as it was.
 * What the kernel deletes in time is given what is left of it. ENODEV when the link is in neither namespace; EOPNOTSUPP when
 * something of it cannot be moved; E2BIG when there is too much to remember, as on a kernel without alternative names (before
 * Linux 5.5) soon is.
 *
 * @see ip-link(8), network_namespaces(7)
 */
export function linkMovedWithConfiguration({
  name,
  netns,
  heir,
}: LinkMovedWithConfiguration): Step<Netns, KernelError> {
  return {
    name: `link ${name} in ${netns}`,
    apply: (home, undo) =>
      safeTry<void, KernelError>(async function* () {
        const away = yield* home.open(netns)
        const link = yield* home.link(name)
        if (link !== undefined) yield* moveAway(home, away, link, {}, undo)
        const there = yield* away.link(name)
        const record = parseHomeRecord(there)
        if (there === undefined) return errAsync(moveError(home, name, netns, 'ENODEV', `no link is named ${name}`))
        // Somebody else has put it there, as it is.
        if (record === undefined || record.arrived) return ok()
        const { mtu: _, ...furniture } = record
        const addresses = record.addresses.filter((address) => !isLinkLocal(address))
        yield* furnish(away, there, { ...furniture, up: true, addresses, settings: [] }, undo, heir)
        const { alias } = yield* written(home, away.path, name, { ...record, arrived: true })
        return changeAlias(away, name, alias, there.alias ?? '', undo)
      }),
    revert: (home) =>
      safeTry<Reverted, KernelError>(async function* () {
        const away = yield* openIfPresent(home, netns)
        const link = yield* away === undefined ? okAsync(undefined) : away.link(name)
        // Half-way home, or what the kernel has brought home when the namespace went.
        const isThere = away !== undefined && link !== undefined && isMoved(link)
        if (isThere) yield* away.change({ do: 'move link', name: link.name, netns: home.path })
        return comeHome(home, yield* home.link(name))
      }),
  }
}
