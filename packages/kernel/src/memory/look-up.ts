import { isInet6 } from '../ip-text.ts'
import type { LinkQuery, RouteQuery } from '../netns.ts'
import type { Address, Family, Link, Neighbour, NeighbourEntry, RejectRoute, Route } from '../state.ts'
import { canonicalNeighbour, mainTable } from './canonical.ts'
import { leavesBy } from './hops.ts'
import { type MemoryLink, type MemoryNetns, requireLink } from './world.ts'

export function queryLinks(netns: MemoryNetns, { master, limit }: LinkQuery): readonly Link[] {
  const bridge = master === undefined ? undefined : requireLink(netns, master)
  return [...netns.links.values()]
    .filter((link) => bridge === undefined || link.master === bridge)
    .slice(0, limit)
    .map((link) => shown(netns, link))
}

export function queryAddresses(netns: MemoryNetns, dev: string | undefined): readonly Address[] {
  const name = dev === undefined ? undefined : requireLink(netns, dev).name
  return netns.addresses.filter((each) => name === undefined || each.dev === name)
}

export function queryRoutes(netns: MemoryNetns, { family, destination, dev, tables }: RouteQuery): readonly Route[] {
  const name = dev === undefined ? undefined : requireLink(netns, dev).name
  return netns.routes.filter(
    (route) =>
      isInet6(route.destination) === (family === 'inet6') &&
      (destination === undefined || route.destination === destination) &&
      (name === undefined || leavesBy(route, name)) &&
      (tables === 'all' || (route.table ?? mainTable) === (tables ?? mainTable)),
  )
}

export function queryRejectRoutes({ rejectRoutes }: MemoryNetns, family: Family): readonly RejectRoute[] {
  return rejectRoutes.filter(({ destination }) => isInet6(destination) === (family === 'inet6'))
}

export function queryNeighbours(netns: MemoryNetns, dev: string | undefined): readonly Neighbour[] {
  const name = dev === undefined ? undefined : requireLink(netns, dev).name
  return netns.neighbours
    .filter((each) => each.isPermanent && (name === undefined || each.dev === name))
    .map(({ isPermanent: _, ...neighbour }) => neighbour)
}

export function findNeighbour(netns: MemoryNetns, dev: string, address: string): NeighbourEntry | undefined {
  const { name } = requireLink(netns, dev)
  const { address: wanted } = canonicalNeighbour({ dev, address })
  return netns.neighbours.find((each) => each.dev === name && each.address === wanted)
}

/** A link as the port shows it. */
export function shown({ links }: MemoryNetns, link: MemoryLink): Link {
  const { index, name, altNames, kind, mac, mtu, up, master, peer, parent, vlanId, mode, alias } = link
  return {
    index,
    name,
    altNames: [...altNames],
    ...(kind === undefined || kind === 'loopback' ? {} : { kind }),
    ...(mac === undefined ? {} : { mac }),
    mtu,
    up,
    ...(master === undefined ? {} : { master: master.index }),
    ...(peer === undefined ? {} : { peer: peer.index }),
    // By its index alone it could be told from another only here.
    ...(parent === undefined || links.get(parent.index) !== parent ? {} : { parent: parent.index }),
    ...(vlanId === undefined ? {} : { vlanId }),
    ...(mode === undefined ? {} : { mode }),
    ...(alias === '' ? {} : { alias }),
  }
}
