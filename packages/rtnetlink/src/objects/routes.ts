import type { Family, RejectRoute, Route, RouteQuery } from '@vpc-bridge/kernel'
import type { SystemError, SystemResult } from '@vpc-bridge/runtime'
import { err, ok, Result } from 'neverthrow'
import type { NamedLink } from '../link-message.ts'
import type { Request } from '../message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { decodeRejectRoute } from '../reject-route-message.ts'
import { decodeRoute, getRoutes, type IndexedRoute, mainTable, wordOf } from '../route-message.ts'
import { namesOf } from './link-names.ts'
import { withLink, withOptionalLink } from './links.ts'
import { listOf } from './list.ts'
import { onLink } from './request.ts'

/**
 * Lists routes, from the list of all. The kernel can be asked for the way to an address, too, but what it answers does not tell what
 * is in the main table: policy rules and local addresses come before it, a route whose link has no carrier may count for
 * nothing, and of two to one destination the better one hides the other.
 */
export function routesOf(
  socket: NetlinkSocket,
  { family, destination, dev, tables }: RouteQuery,
): SystemResult<readonly Route[]> {
  return withOptionalLink(socket, dev, (link) =>
    listOf(socket, getRoutes(family, link?.index, tables), decodeRoute, {
      word: destination === undefined ? undefined : wordOf(destination),
    })
      .orElse(noneWithoutTable)
      .map((found) =>
        found.filter(
          (route) =>
            (destination === undefined || route.destination === destination) &&
            (link === undefined || indexesOf(route).includes(link.index)) &&
            // Some kernels list more than the table that was asked for.
            (tables === 'all' || (route.table ?? mainTable) === (tables ?? mainTable)),
        ),
      )
      .andThen((found) => withLinkNames(socket, found, link)),
  )
}

/** Lists the routes by no link. */
export function rejectRoutesOf(socket: NetlinkSocket, family: Family): SystemResult<readonly RejectRoute[]> {
  return listOf(socket, getRoutes(family, undefined, 'all'), decodeRejectRoute).orElse(noneWithoutTable)
}

/** Makes a request about a route, which may have next hops by several links. */
export function onLinks(
  socket: NetlinkSocket,
  route: Route,
  toRequest: (route: IndexedRoute) => Request | undefined,
): SystemResult<void> {
  const { furtherHops, ...single } = route
  if (furtherHops === undefined) return onLink(socket, single, toRequest)
  const indexed = furtherHops.map(({ dev, ...hop }) => withLink(socket, dev, ({ index }) => ok({ ...hop, index })))
  return Result.combine(indexed).andThen((hops) =>
    onLink(socket, single, (first) => toRequest({ ...first, furtherHops: hops })),
  )
}

/** A namespace that never had a route has no table for them either. */
function noneWithoutTable(error: SystemError): SystemResult<readonly never[]> {
  return error.errno === 'ENOENT' ? ok([]) : err(error)
}

/** Routes by the names of their links; those by a link that has gone meanwhile are gone, too. */
function withLinkNames(
  socket: NetlinkSocket,
  routes: readonly IndexedRoute[],
  known: NamedLink | undefined,
): SystemResult<readonly Route[]> {
  return namesOf(socket, known, routes.flatMap(indexesOf)).map((names) =>
    routes.flatMap((route) => routeByName(route, names) ?? []),
  )
}

/** The links that a route goes by. */
function indexesOf({ index, furtherHops = [] }: IndexedRoute): readonly number[] {
  return [index, ...furtherHops.map((hop) => hop.index)]
}

/** @returns `undefined` when one of its links has no name */
function routeByName(
  { index, furtherHops, ...route }: IndexedRoute,
  names: ReadonlyMap<number, string>,
): Route | undefined {
  const dev = names.get(index)
  const hops = furtherHops?.flatMap(({ index: further, ...hop }) => {
    const name = names.get(further)
    return name === undefined ? [] : [{ ...hop, dev: name }]
  })
  if (dev === undefined || hops?.length !== furtherHops?.length) return undefined
  return { ...route, dev, ...(hops === undefined ? {} : { furtherHops: hops }) }
}
