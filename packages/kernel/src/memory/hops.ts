import { hopsOf } from '../hops.ts'
import type { Route } from '../state.ts'
import { findLink, type MemoryNetns } from './world.ts'

/** Returns true for a route that has a next hop by a link. */
export function leavesBy(route: Route, dev: string): boolean {
  return hopsOf(route).some((hop) => hop.dev === dev)
}

/** Removes routes by a link that can send nothing any more; one with a next hop by another that is up waits for it. */
export function routesWentDown(netns: MemoryNetns, dev: string, isMeant: (route: Route) => boolean = () => true): void {
  changeRoutes(netns, dev, (route) =>
    isMeant(route) && !hopsOf(route).some((hop) => hop.dev !== dev && findLink(netns, hop.dev)?.up) ? undefined : route,
  )
}

/** Removes routes by a link that is no more. An IPv6 route loses its next hops by the link, an IPv4 one goes with the first. */
export function routesLost(netns: MemoryNetns, dev: string): void {
  changeRoutes(netns, dev, (route) => {
    const [first, ...further] = hopsOf(route).filter((hop) => hop.dev !== dev)
    if (first === undefined || !route.destination.includes(':')) return undefined
    const { furtherHops: _, gateway: __, weight: ___, ...rest } = route
    return { ...rest, ...first, ...(further.length === 0 ? {} : { furtherHops: further }) }
  })
}

function changeRoutes({ routes }: MemoryNetns, dev: string, change: (route: Route) => Route | undefined): void {
  const changed = routes.map((route) => (leavesBy(route, dev) ? change(route) : route))
  routes.splice(0, routes.length, ...changed.filter((route) => route !== undefined))
}
