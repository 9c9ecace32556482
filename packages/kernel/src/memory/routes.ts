import type { Neighbour, Route } from '../state.ts'
import { covers, hostOf, isInet6, subnetOf } from './addresses.ts'
import { type MemoryNetns, Refusal, removeWhere, requireLink } from './world.ts'

export function addRoute(netns: MemoryNetns, route: Route): void {
  const link = requireLink(netns, route.dev)
  const destination = requireDestination(route)
  requireGateway(netns, route)
  if (!link.up) throw new Refusal('ENETDOWN', 'Device for nexthop is not up')
  if (route.onlink) requireOnlink(netns, route)
  if (route.source !== undefined && !isOwn(netns, route.source)) {
    throw new Refusal('EINVAL', 'Invalid prefsrc address')
  }
  if (netns.routes.some(isRival({ ...route, destination }))) {
    // Connected IPv6 prefixes are there once for each link; nobody adds those by hand.
    throw new Refusal('EEXIST', 'File exists')
  }
  netns.routes.push({ ...route, destination, dev: link.name })
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
  const { name } = requireLink(netns, route.dev)
  const [found] = netns.routes.filter((each) => isLike(each, { ...route, dev: name })).toSorted(byMetric)
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

/** IPv4 refuses a prefix with bits behind its length, IPv6 drops them. */
function requireDestination({ destination }: Route): string {
  const prefix = subnetOf(destination)
  if (prefix !== destination && !isInet6(destination)) {
    throw new Refusal('EINVAL', 'Invalid prefix for given prefix length')
  }
  return prefix
}

/** Whether a route is in another's place: in one table there is one to a destination with each metric. */
function isRival({ destination, metric, table }: Route): (found: Route) => boolean {
  return (found) => found.destination === destination && found.metric === metric && found.table === table
}

/** A gateway is on the link, or said to be: by a route of the same table, or of the main one. */
function requireGateway(netns: MemoryNetns, { gateway, onlink, dev, destination, scope, table }: Route): void {
  if (gateway === undefined) return
  const inet6 = isInet6(destination)
  if (isInet6(gateway) !== inet6) throw new Refusal('EINVAL', `gateway ${gateway} is of another IP version`)
  const always = onlink || (inet6 && covers('fe80::/64', gateway))
  if (always) return
  const { name } = requireLink(netns, dev)
  const reachable = netns.routes.some(
    (route) =>
      route.dev === name &&
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
function requireOnlink(netns: MemoryNetns, { gateway, destination, scope }: Route): void {
  if (isInet6(destination)) return
  if (gateway === undefined) throw new Refusal('EINVAL', 'PERVASIVE and ONLINK can not be set')
  if (scope === 'link') throw new Refusal('EINVAL', 'Nexthop has invalid scope')
  // Without a single address the namespace has no table of local addresses to tell that the gateway is not one.
  const tellsLocal = netns.addresses.some(({ address }) => !isInet6(address))
  if (!tellsLocal || isOwn(netns, gateway)) throw new Refusal('EINVAL', 'Nexthop has invalid gateway')
}

function isOwn(netns: MemoryNetns, host: string): boolean {
  return netns.addresses.some(({ address }) => hostOf(address) === host)
}

function isLike(found: Route, { destination, dev, gateway, metric, protocol, scope, source, table }: Route): boolean {
  return (
    found.dev === dev &&
    found.destination === destination &&
    found.table === table &&
    found.protocol === protocol &&
    found.scope === scope &&
    (metric === 0 || found.metric === metric) &&
    (gateway === undefined || found.gateway === gateway) &&
    (source === undefined || isInet6(destination) || found.source === source)
  )
}

function byMetric(one: Route, other: Route): number {
  return one.metric - other.metric
}

function isEntry(dev: string, { address }: Pick<Neighbour, 'address'>): (entry: Neighbour) => boolean {
  return (entry) => entry.dev === dev && entry.address === address
}
