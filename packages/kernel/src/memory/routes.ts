import { hopsOf, renameLinks } from '../hops.ts'
import { hostOf, isInet6 } from '../ip-text.ts'
import type { Neighbour, NextHop, Route } from '../state.ts'
import { covers } from './addresses.ts'
import { isInPlaceOf, requireDestination } from './destination.ts'
import { type MemoryNetns, Refusal, removeWhere, requireLink } from './world.ts'

export function addRoute(netns: MemoryNetns, route: Route): void {
  const named = { ...withLinks(netns, route), destination: requireDestination(route) }
  for (const hop of hopsOf(named)) requireHop(netns, named, hop)
  if (route.source !== undefined && !isOwn(netns, route.source)) {
    throw new Refusal('EINVAL', 'Invalid prefsrc address')
  }
  const isRejected =
    named.tos === undefined && named.from === undefined && netns.rejectRoutes.some((each) => isInPlaceOf(each, named))
  if (isRejected || netns.routes.some(isRival(named))) {
    // Connected IPv6 prefixes are there once for each link; nobody adds those by hand.
    throw new Refusal('EEXIST', 'File exists')
  }
  netns.routes.push(named)
}

/** A route by the primary names of its links, which must be there. */
function withLinks(netns: MemoryNetns, route: Route): Route {
  return renameLinks(route, (dev) => requireLink(netns, dev).name)
}

function requireHop(netns: MemoryNetns, route: Route, hop: NextHop): void {
  requireGateway(netns, route, hop)
  if (!requireLink(netns, hop.dev).up) throw new Refusal('ENETDOWN', 'Device for nexthop is not up')
  if (hop.onlink) requireOnlink(netns, route, hop)
}

export function setRoute(netns: MemoryNetns, route: Route): void {
  const destination = requireDestination(route)
  const before = [...netns.routes]
  const rival = before.find(isRival({ ...route, destination }))
  removeWhere(netns.routes, (each) => each === rival)
  try {
    addRoute(netns, route)
  } catch (refusal) {
    netns.routes.splice(0, netns.routes.length, ...before)
    throw refusal
  }
}

/** Deletes the first route that is like the given one. Metric 0 is any metric: the lowest. */
export function deleteRoute(netns: MemoryNetns, route: Route): void {
  const named = withLinks(netns, route)
  const [found] = netns.routes.filter((each) => isLike(each, named)).toSorted(byMetric)
  if (found === undefined) throw new Refusal('ESRCH', 'No such process')
  removeWhere(netns.routes, (each) => each === found)
}

/** @param isPermanent whether somebody sets it, or the kernel learns it */
export function setNeighbour(netns: MemoryNetns, neighbour: Neighbour, isPermanent: boolean): void {
  const { name } = requireLink(netns, neighbour.dev)
  const found = netns.neighbours.find(isEntry(name, neighbour))
  if (found?.isPermanent && !isPermanent) return
  removeWhere(netns.neighbours, (each) => each === found)
  netns.neighbours.push({ ...neighbour, dev: name, isPermanent })
}

export function deleteNeighbour(netns: MemoryNetns, neighbour: Pick<Neighbour, 'dev' | 'address'>): void {
  const { name } = requireLink(netns, neighbour.dev)
  if (!netns.neighbours.some(isEntry(name, neighbour))) throw new Refusal('ENOENT', 'No such file or directory')
  removeWhere(netns.neighbours, isEntry(name, neighbour))
}

/** Whether a route is in another's place: for the same packets there is one with each metric in one table. */
function isRival(route: Route): (found: Route) => boolean {
  return (found) => isForSame(found, route) && found.metric === route.metric
}

function isForSame(found: Route, { destination, table, tos, from }: Route): boolean {
  return found.destination === destination && found.table === table && found.tos === tos && found.from === from
}

/** A gateway is on the link, or said to be: by a route of the same table, or of the main one. */
function requireGateway(
  netns: MemoryNetns,
  { destination, scope, table }: Route,
  { gateway, onlink, dev }: NextHop,
): void {
  if (gateway === undefined) return
  const inet6 = isInet6(gateway)
  if (!inet6 && isInet6(destination)) throw new Refusal('EINVAL', `gateway ${gateway} is of another IP version`)
  const always = onlink || (inet6 && covers('fe80::/64', gateway))
  if (always) return
  const reachable = netns.routes.some(
    (route) =>
      route.dev === dev &&
      route.gateway === undefined &&
      (route.table === undefined || route.table === table) &&
      (inet6 || (route.scope === 'link' && scope === 'global')) &&
      covers(route.destination, gateway),
  )
  if (reachable) return
  throw inet6
    ? new Refusal('EHOSTUNREACH', 'No route to host')
    : new Refusal('ENETUNREACH', 'Nexthop has invalid gateway')
}

/** What IPv4 cannot take to be on the link: nothing, an address of its own, and a gateway of a route that has no gateway. */
function requireOnlink(netns: MemoryNetns, { destination, scope }: Route, { gateway }: NextHop): void {
  if (isInet6(gateway ?? destination)) return
  if (gateway === undefined) throw new Refusal('EINVAL', 'PERVASIVE and ONLINK can not be set')
  if (scope === 'link') throw new Refusal('EINVAL', 'Nexthop has invalid scope')
  // Without a single address the namespace has no table of local addresses to tell that the gateway is not one.
  const tellsLocal = netns.addresses.some(({ address }) => !isInet6(address))
  if (!tellsLocal || isOwn(netns, gateway)) throw new Refusal('EINVAL', 'Nexthop has invalid gateway')
}

function isOwn(netns: MemoryNetns, host: string): boolean {
  return netns.addresses.some(({ address }) => hostOf(address) === host)
}

function isLike(found: Route, route: Route): boolean {
  const [hops, wanted] = [hopsOf(found), hopsOf(route)]
  const isMeant = (hop: NextHop, n: number) =>
    hop.dev === wanted[n]?.dev && [undefined, hop.gateway].includes(wanted[n]?.gateway)
  return (
    isForSame(found, route) &&
    hops.length === wanted.length &&
    hops.every(isMeant) &&
    found.type === route.type &&
    found.protocol === route.protocol &&
    found.scope === route.scope &&
    (route.metric === 0 || found.metric === route.metric) &&
    (route.source === undefined || isInet6(route.destination) || found.source === route.source)
  )
}

function byMetric(one: Route, other: Route): number {
  return one.metric - other.metric
}

function isEntry(dev: string, { address }: Pick<Neighbour, 'address'>): (entry: Neighbour) => boolean {
  return (entry) => entry.dev === dev && entry.address === address
}
