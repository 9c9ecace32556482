import type { NextHop, Route } from './state.ts'

/** All next hops of a route, the first one first. */
export function hopsOf(route: NextHop & Pick<Route, 'furtherHops'>): readonly NextHop[] {
  const { gateway, dev, onlink, weight, furtherHops = [] } = route
  const first = {
    dev,
    onlink,
    ...(gateway === undefined ? {} : { gateway }),
    ...(weight === undefined ? {} : { weight }),
  }
  return [first, ...furtherHops]
}

/** A route with other names for the links that it goes by. */
export function renameLinks(route: Route, rename: (dev: string) => string): Route {
  const { furtherHops } = route
  return {
    ...route,
    dev: rename(route.dev),
    ...(furtherHops === undefined ? {} : { furtherHops: furtherHops.map((hop) => ({ ...hop, dev: rename(hop.dev) })) }),
  }
}
