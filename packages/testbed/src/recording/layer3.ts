import type { State } from '../read-state.ts'
import type { Shown } from '../state-facts.ts'
import { added, flagsOf, type Line, line, option } from './command-line.ts'

/** Addresses, routes and neighbours that came, and before that the removal of those that went. */
export function layer3Lines(netns: string, before: State, after: State): readonly Line[] {
  const isThere = ({ dev }: Shown) => after.links.some(({ ifname }) => ifname === dev)
  const ours = (routes: readonly Shown[]) => routes.filter(({ protocol }) => protocol !== 'kernel')
  const given = (addresses: readonly Shown[]) => addresses.filter((address) => !isGenerated(address))
  return [
    ...ours(added(after.routes, before.routes))
      .filter(isThere)
      .map((route) => routeLine(netns, 'delete', route)),
    ...given(added(after.addresses, before.addresses))
      .filter(isThere)
      .map((each) => addressLine(netns, 'delete', each)),
    ...given(added(before.addresses, after.addresses)).map((each) => addressLine(netns, 'add', each)),
    ...ours(added(before.routes, after.routes)).map((route) => routeLine(netns, 'add', route)),
    ...added(before.neighbours, after.neighbours).map((neighbour) => neighbourLine(netns, neighbour)),
  ]
}

/** Link-local addresses that the kernel makes of MAC addresses. */
function isGenerated({ local }: Shown): boolean {
  return /^fe80::.*ff:fe/.test(String(local))
}

function addressLine(netns: string, verb: string, address: Shown): Line {
  const { dev, local, prefixlen, address: peer, broadcast, scope, label, metric, noprefixroute, nodad } = address
  const way = peer === undefined ? [`${local}/${prefixlen}`] : [local, 'peer', `${peer}/${prefixlen}`]
  const flags = [...(noprefixroute === true ? ['noprefixroute'] : []), ...(nodad === true ? ['nodad'] : [])]
  const rest = verb === 'delete' ? [] : [...option('broadcast', broadcast), 'scope', scope, ...option('metric', metric)]
  return line(netns, 'ip', 'address', verb, ...way, 'dev', dev, ...option('label', label), ...rest, ...flags)
}

function routeLine(netns: string, verb: string, route: Shown): Line {
  const { type, dst, gateway, dev, table, protocol, scope, prefsrc, metric, metrics, nexthops } = route
  if (nexthops !== undefined) throw new Error(`a route of several next hops is not recorded: ${JSON.stringify(route)}`)
  const family = `${dst}${gateway}`.includes(':') ? '-6' : '-4'
  const [values = {}]: readonly Shown[] = Array.isArray(metrics) ? metrics : []
  return line(
    ...[netns, 'ip', family, 'route', verb, type, dst],
    ...option('via', gateway),
    ...option('dev', dev),
    ...['table', table, 'proto', protocol],
    // Routes of IPv6 have no scope.
    ...(family === '-4' ? ['scope', scope] : []),
    ...option('src', prefsrc),
    ...option('metric', metric),
    ...Object.entries(values).flat(),
    ...(flagsOf(route).includes('onlink') ? ['onlink'] : []),
  )
}

function neighbourLine(netns: string, { dst, dev, lladdr, state }: Shown): Line {
  if (state === undefined) return line(netns, 'ip', 'neighbour', 'add', 'proxy', dst, 'dev', dev)
  const [name] = Array.isArray(state) ? state : []
  const nud = name === 'learnt' ? 'stale' : String(name).toLowerCase()
  return line(netns, 'ip', 'neighbour', 'replace', dst, 'lladdr', lladdr, 'dev', dev, 'nud', nud)
}
