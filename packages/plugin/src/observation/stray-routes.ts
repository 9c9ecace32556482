import type { Route } from '@vpc-bridge/kernel'
import { hostPrefix } from '@vpc-bridge/kernel/ip'

/**
 * Picks the routes to single addresses by a link that are for none of the addresses of its endpoints: their containers have gone
 * without a DEL. Those of other programs tell of another protocol.
 *
 * @param dev name of the link
 * @param addresses with or without prefix length
 */
export function routesToNobody(routes: readonly Route[], dev: string, addresses: readonly string[]): readonly Route[] {
  const wanted = new Set(addresses.map(hostPrefix))
  return routes.filter(
    (route) =>
      route.dev === dev &&
      /\/(32|128)$/.test(route.destination) &&
      route.protocol === 'boot' &&
      !wanted.has(route.destination),
  )
}
