import { hopsOf, type NextHop, numberOf, type RejectRoute, type Route, routeMetrics } from '@vpc-bridge/kernel'
import { features } from './read/metrics.ts'

/** The arguments of `ip route add`: what ip-route(8) would not choose by itself. */
export function newRouteWords(route: Route): readonly string[] {
  const { destination, gateway, onlink, scope, protocol, metric, metrics = {}, preference, expiresSeconds } = route
  const inet6 = destination.includes(':')
  const usualScope = inet6 || gateway !== undefined ? 'global' : 'link'
  return [
    ...packetWords(route),
    ...(isSingle(route) ? [...hopWords(route, route), ...(onlink ? ['onlink'] : [])] : []),
    ...(scope === usualScope && route.type === undefined ? [] : ['scope', scope]),
    ...(protocol === 'boot' ? [] : ['proto', protocol]),
    ...(metric === (inet6 ? 1024 : 0) ? [] : ['metric', String(metric)]),
    ...sourceWords(route),
    ...Object.entries(metrics).flatMap(([name, value]) => metricWords(name, value, Number(metrics['lock'] ?? 0))),
    ...(preference === undefined ? [] : ['pref', preference]),
    ...(expiresSeconds === undefined ? [] : ['expires', String(expiresSeconds)]),
    ...severalWords(route),
  ]
}

/** The arguments of `ip route delete`: everything, since what is left out would match any route. */
export function exactRouteWords(route: Route): readonly string[] {
  const { scope, protocol, metric } = route
  return [
    ...packetWords(route),
    ...(isSingle(route) ? hopWords(route, route) : []),
    ...['scope', scope, 'proto', protocol, 'metric', String(metric)],
    ...sourceWords(route),
    ...severalWords(route),
  ]
}

/** The arguments of `ip route add`, and of `ip route delete`. */
export function rejectRouteWords({ type, destination, protocol, metric, table }: RejectRoute): readonly string[] {
  const place = table === undefined ? [] : ['table', String(table)]
  return [type, destination, 'proto', protocol, 'metric', String(metric), ...place]
}

/** Names of what a route has that `ip` has no words for. */
export function wordlessIn({ unknown = [], metrics = {} }: Route): readonly string[] {
  const names = Object.values(routeMetrics)
  const isWordless = ([name, value]: readonly [string, number | string]) =>
    !names.includes(name) || (name === 'features' && featureOf(value) === undefined)
  return [
    ...unknown,
    ...Object.entries(metrics)
      .filter(isWordless)
      .map(([name]) => `metric ${name}`),
  ]
}

/** The packets that it is for. */
function packetWords({ type, destination, from, tos }: Route): readonly string[] {
  return [
    ...(type === undefined ? [] : [type]),
    destination,
    ...(from === undefined ? [] : ['from', from]),
    ...(tos === undefined ? [] : ['tos', `0x${tos.toString(16)}`]),
  ]
}

function sourceWords({ source, table }: Route): readonly string[] {
  return [...(source === undefined ? [] : ['src', source]), ...(table === undefined ? [] : ['table', String(table)])]
}

function isSingle(route: Route): boolean {
  return hopsOf(route).length === 1
}

function severalWords(route: Route): readonly string[] {
  if (isSingle(route)) return []
  return hopsOf(route).flatMap((hop) => [
    ...['nexthop', ...hopWords(hop, route), 'weight', String(hop.weight ?? 1)],
    ...(hop.onlink ? ['onlink'] : []),
  ])
}

function hopWords({ gateway, dev }: NextHop, { destination }: Route): readonly string[] {
  // Of the other IP version, which has to be said.
  const isOther = gateway?.includes(':') && !destination.includes(':')
  return [...(gateway === undefined ? [] : ['via', ...(isOther ? ['inet6'] : []), gateway]), 'dev', dev]
}

/** @param lock a bit for each metric that is locked */
function metricWords(name: string, value: number | string, lock: number): readonly string[] {
  if (name === 'lock') return []
  const isLocked = name !== 'rto_min' && (lock & (1 << numberOf(routeMetrics, name))) !== 0
  const word = name === 'features' ? (featureOf(value) ?? '') : String(value)
  return [name, ...(isLocked ? ['lock'] : []), name === 'rto_min' ? `${word}ms` : word]
}

function featureOf(value: number | string): string | undefined {
  return Object.keys(features).find((name) => features[name] === value)
}
