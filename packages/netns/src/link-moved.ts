import { inodeOf, type KernelError, type Link, type Netns, openIfPresent } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { moveAway, moveError } from './departure.ts'
import { comeHome } from './home-coming.ts'
import { parseHomeRecord } from './home-record.ts'

/** An existing link to have in another namespace, under another name. */
export interface LinkMoved {
  /** Its name at home. */
  readonly name: string
  /** Its MAC address, by which it is told from others that had the name. */
  readonly mac: string
  /** Path of the namespace, such as `/run/netns/blue`. */
  readonly netns: string
  /** Its name there. */
  readonly as: string
}

/**
 * A link of this namespace in another one, down, under another name, with nothing of what it has here. That is kept in its alias, and
 * in alternative names of the link where that has no room for it.
 *
 * Reverting brings it home, also when the kernel has brought it home because its namespace died: with the name, addresses, routes,
 * neighbours, settings and MTU that it had, up or down as it was. If its name is taken by then, it keeps the one that it has, or is
 * called `devINDEX`, as the kernel calls it. ENODEV when the link is in neither namespace; EEXIST when another link has its name there;
 * errors as of `linkMovedWithConfiguration`.
 *
 * @see ip-link(8), network_namespaces(7)
 */
export function linkMoved({ name, mac, netns, as }: LinkMoved): Step<Netns, KernelError> {
  const isIt = (home: Netns) => (link: Link) => {
    const record = parseHomeRecord(link)
    return link.mac === mac && record?.name === name && record.home === inodeOf(home)
  }
  return {
    name: `link ${name} as ${as} in ${netns}`,
    apply: (home, undo) =>
      safeTry<void, KernelError>(async function* () {
        const away = yield* home.open(netns)
        const there = yield* away.link(as)
        if (there !== undefined) {
          const message = `${as} exists in ${netns}, and its alias does not say that it is ${name} of ${home.path}`
          return isIt(home)(there) ? ok() : errAsync(moveError(home, name, netns, 'EEXIST', message))
        }
        const link = (yield* home.links()).find((each) => each.mac === mac && each.name === name)
        return link === undefined
          ? errAsync(moveError(home, name, netns, 'ENODEV', `no link is named ${name} and has the MAC address ${mac}`))
          : moveAway(home, away, link, { as, isDone: true }, undo)
      }),
    revert: (home) =>
      safeTry<Reverted, KernelError>(async function* () {
        const away = yield* openIfPresent(home, netns)
        const there = yield* away === undefined ? okAsync(undefined) : away.link(as)
        if (away !== undefined && there !== undefined && isIt(home)(there)) yield* moveHome(home, away, there, name)
        return comeHome(home, (yield* home.links()).find(isIt(home)))
      }),
  }
}

/** Moves a link home, under its name there if that is free. */
function moveHome(home: Netns, away: Netns, link: Link, name: string): ResultAsync<void, KernelError> {
  const move = (as: string) => away.change({ do: 'move link', name: link.name, netns: home.path, as })
  return home.link(name).andThen((taken) => move(taken === undefined ? name : `dev${link.index}`))
}
