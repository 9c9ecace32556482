import type { Neighbour, Route } from '../state.ts'
import { covers, hostOf, isInet6 } from './addresses.ts'
import { type MemoryNetns, Refusal, removeWhere, requireLink } from './world.ts'

export function addRoute(netns: MemoryNetns, route: Route): void {
  const link = requireLink(netns, route.dev)
  if (!link.up) throw new Refusal('ENETDOWN', 'Device for nexthop is not up')
  requireGateway(netns, route)
  if (route.source !== undefined && !netns.addresses.some((each) => hostOf(each.address) === route.source)) {
    throw new Refusal('EINVAL', 'Invalid prefsrc address')
  }
  if (netns.routes.some((found) => found.destination === route.destination && found.metric === route.metric)) {
    // Connected IPv6 prefixes are there once for each link; nobody adds those by hand.
    throw new Refusal('EEXIST', 'File exists')
  }
  netns.routes.push({ ...route, dev: link.name })
}

export function deleteRoute(netns: MemoryNetns, route: Route): void {
  const { name } = requireLink(netns, route.dev)
  const found = netns.routes.find(
    (each) =>
      each.dev === name &&
      each.destination === route.destination &&
      each.metric === route.metric &&
      (route.gateway === undefined || each.gateway === route.gateway),
  )
  if (found === undefined) throw new Refusal('ESRCH', 'No such process')
  removeWhere(netns.routes, (each) => each === found)
}

export function setNeighbour(netns: MemoryNetns, neighbour: Neighbour): void {
  const { name } = requireLink(netns, neighbour.dev)
  removeWhere(netns.neighbours, isEntry(name, neighbour))
  netns.neighbours.push({ ...neighbour, dev: name })
}

export function deleteNeighbour(netns: MemoryNetns, neighbour: Neighbour): void {
  const { name } = requireLink(netns, neighbour.dev)
  if (!netns.neighbours.some(isEntry(name, neighbour))) throw new Refusal('ENOENT', 'No such file or directory')
  removeWhere(netns.neighbours, isEntry(name, neighbour))
}

function requireGateway(netns: MemoryNetns, { gateway, onlink, dev, destination }: Route): void {
  if (gateway === undefined) return
  if (onlink) {
    // Without a single address the namespace has no table of local addresses to tell that the gateway is not one.
    if (!isInet6(destination) && !netns.addresses.some(({ address }) => !isInet6(address))) {
      throw new Refusal('EINVAL', 'Nexthop has invalid gateway')
    }
    return
  }
  const reachable = netns.routes.some(
    (route) => route.dev === dev && route.gateway === undefined && covers(route.destination, gateway),
  )
  if (reachable) return
  throw isInet6(destination)
    ? new Refusal('EHOSTUNREACH', 'No route to host')
    : new Refusal('ENETUNREACH', 'Nexthop has invalid gateway')
}

function isEntry(dev: string, { address }: Neighbour): (entry: Neighbour) => boolean {
  return (entry) => entry.dev === dev && entry.address === address
}
