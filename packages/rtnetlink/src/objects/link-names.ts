import type { SystemResult } from '@vpc-bridge/runtime'
import { Result } from 'neverthrow'
import { decodeNamedLink, getLinks, type NamedLink } from '../link-message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { findNamed } from './links.ts'
import { listOf } from './list.ts'

/** How many links are asked for one by one, which takes less time than a list of those of a large host. */
const fewLinks = 8

/**
 * Returns names of links by index. A list of all links takes long where there are many: it is asked for only where many are named.
 *
 * @param known a link that need not be asked for
 */
export function namesOf(
  socket: NetlinkSocket,
  known: NamedLink | undefined,
  indexes: readonly number[],
): SystemResult<ReadonlyMap<number, string>> {
  const wanted = [...new Set(indexes)].filter((index) => index !== known?.index)
  const found: SystemResult<readonly NamedLink[]> =
    wanted.length > fewLinks
      ? listOf(socket, getLinks(), decodeNamedLink)
      : Result.combine(wanted.map((index) => findNamed(socket, index))).map((each) =>
          each.flatMap((link) => link ?? []),
        )
  return found.map(
    (all) => new Map([...(known === undefined ? [] : [known]), ...all].map(({ index, name }) => [index, name])),
  )
}

/** Gives what belongs to links their names; what belongs to one that has gone meanwhile is gone, too. */
export function withNames<T extends { readonly index: number }>(
  socket: NetlinkSocket,
  items: readonly T[],
  known: NamedLink | undefined,
): SystemResult<readonly (Omit<T, 'index'> & { readonly dev: string })[]> {
  const indexes = items.map(({ index }) => index)
  return namesOf(socket, known, indexes).map((names) => {
    const named = []
    for (const { index, ...item } of items) {
      const dev = names.get(index)
      if (dev !== undefined) named.push({ dev, ...item })
    }
    return named
  })
}
