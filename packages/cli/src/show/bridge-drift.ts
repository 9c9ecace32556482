import type { Link, LinkSettings } from '@vpc-bridge/kernel'
import { type Drift, hasUnknownPort, routesToNobody } from '@vpc-bridge/plugin'
import { toCommand } from '../command-for.ts'
import { downDrift } from './down-drift.ts'
import type { Endpoint } from './model.ts'
import type { Surroundings } from './observe.ts'

/**
 * Returns what has outlived the endpoints of a bridge: routes to their addresses, and the bridge itself. Where it has a port of which
 * nothing is known, all of that may be the port's.
 *
 * @param ownPorts names of ports that are no endpoint's
 */
export function leftoversOf(
  { links, nears, routes, place }: Surroundings,
  bridge: Link,
  { endpoints, ownPorts }: { readonly endpoints: readonly Endpoint[]; readonly ownPorts: readonly string[] },
): readonly Drift[] {
  if (hasUnknownPort(links, bridge, ownPorts, (port) => nears.some(({ link }) => link === port))) return []
  const { name } = bridge
  // An endpoint that has no record of its addresses does not tell which routes are its own.
  const isSure = endpoints.every(({ addresses }) => addresses.length > 0)
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses)
  const stale = isSure ? routesToNobody(routes, name, addresses) : []
  return [
    ...stale.map((route) => ({
      what: `the route to ${route.destination} by ${name} leads to no endpoint`,
      link: name,
      repair: toCommand({ do: 'delete route', route }, place?.path),
    })),
    ...(endpoints.length === 0 ? [{ what: `${name} is left over: the network has no endpoint`, link: name }] : []),
  ]
}

/**
 * Returns the drift of a port of a bridge, as far as the host tells it.
 *
 * @param wanted `mtu` in bytes; `netns`: path of the namespace that both are in, `undefined` for the host's
 */
export function driftOfPort(
  { name, up, master, mtu }: Link,
  wanted: { readonly bridge: Pick<Link, 'name' | 'index'>; readonly mtu: number; readonly netns: string | undefined },
): readonly Drift[] {
  const { bridge, netns } = wanted
  const drift = (what: string, set: LinkSettings): Drift => ({
    what,
    link: name,
    repair: toCommand({ do: 'set link', name, set }, netns),
  })
  return [
    ...(up ? [] : [downDrift(name, netns)]),
    ...(master === bridge.index ? [] : [drift(`${name} is not a port of ${bridge.name}`, { master: bridge.name })]),
    ...(mtu === wanted.mtu ? [] : [drift(`${name} has the MTU ${mtu}, not ${wanted.mtu}`, { mtu: wanted.mtu })]),
  ]
}

/** Returns the MTU that most of some links have, of several the largest: the one that they were made with. */
export function usualMtu(links: readonly Link[]): number {
  const values = links.map(({ mtu }) => mtu)
  const count = (value: number) => values.filter((each) => each === value).length
  return values.toSorted((one, other) => count(other) - count(one) || other - one)[0] ?? 0
}
