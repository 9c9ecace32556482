/*
 * Addresses, routes and neighbours as texts in a record: fields in a fixed order, with `|` between them; those behind the last
 * one that is not usual are left out. Further ones go last, so that earlier records are read. A list within a field has `+`
 * between its elements. Texts that anybody chose are percent-encoded.
 */

import type { Address, Neighbour, NextHop, Route } from '@vpc-bridge/kernel'

export type RecordedAddress = Omit<Address, 'dev'>
/** By the recorded link alone. */
export type RecordedRoute = Omit<Route, 'dev' | 'furtherHops'> & {
  readonly furtherHops?: readonly Omit<NextHop, 'dev'>[]
}
export type RecordedNeighbour = Omit<Neighbour, 'dev'>

export function writeAddress(each: RecordedAddress): string {
  const { address, broadcast, peer, metric, noPrefixRoute, scope, label, validSeconds, preferredSeconds } = each
  return fields(
    address,
    broadcast,
    peer,
    metric,
    noPrefixRoute ? 1 : undefined,
    scope,
    label === undefined ? undefined : encodeURIComponent(label),
    validSeconds,
    preferredSeconds,
    each.flags?.join('+'),
    each.protocol,
  )
}

export function parseAddress(parts: readonly string[]): RecordedAddress {
  const [address = '', broadcast, peer, metric, noPrefixRoute, scope, label, valid, preferred, flags, protocol] = parts
  const chosen = (['autojoin', 'home', 'mngtmpaddr'] as const).filter((flag) => flags?.split('+').includes(flag))
  return {
    address,
    ...(broadcast ? { broadcast } : {}),
    ...(peer ? { peer } : {}),
    ...(metric ? { metric: Number(metric) } : {}),
    ...(noPrefixRoute === '1' ? { noPrefixRoute: true } : {}),
    ...(scope ? { scope } : {}),
    ...(label ? { label: decodeURIComponent(label) } : {}),
    ...(valid ? { validSeconds: Number(valid) } : {}),
    ...(preferred ? { preferredSeconds: Number(preferred) } : {}),
    ...(chosen.length === 0 ? {} : { flags: chosen }),
    ...(protocol ? { protocol: Number(protocol) } : {}),
  }
}

export function writeRoute(route: RecordedRoute): string {
  const { destination, gateway = '', protocol, metric, onlink, scope, source, table, furtherHops, metrics = {} } = route
  return fields(
    destination,
    gateway,
    protocol === 'boot' ? undefined : protocol,
    metric === usualMetric(destination) ? undefined : metric,
    onlink ? 1 : undefined,
    scope === usualScope(destination, gateway) ? undefined : scope,
    source,
    table,
    route.type,
    route.tos,
    route.from,
    Object.entries(metrics)
      .map(([name, value]) => `${name}:${encodeURIComponent(value)}`)
      .join('+'),
    route.preference,
    route.expiresSeconds,
    furtherHops === undefined ? undefined : [route, ...furtherHops].map(writeHop).join('+'),
  )
}

export function parseRoute(parts: readonly string[]): RecordedRoute {
  const [destination = '', gateway = '', protocol, metric, onlink, scope, source, table, ...rest] = parts
  const [type, tos, from, metrics, preference, expires, hops] = rest
  const [first, ...furtherHops] = hops ? hops.split('+').map(parseHop) : []
  return {
    destination,
    ...(gateway ? { gateway } : {}),
    protocol: protocol || 'boot',
    metric: metric ? Number(metric) : usualMetric(destination),
    onlink: onlink === '1',
    scope: scope || usualScope(destination, gateway),
    ...(source ? { source } : {}),
    ...(table ? { table: Number(table) } : {}),
    ...(type === 'local' || type === 'broadcast' || type === 'anycast' || type === 'multicast' ? { type } : {}),
    ...(tos ? { tos: Number(tos) } : {}),
    ...(from ? { from } : {}),
    ...(metrics ? { metrics: parseMetrics(metrics) } : {}),
    ...(preference === 'low' || preference === 'high' ? { preference } : {}),
    ...(expires ? { expiresSeconds: Number(expires) } : {}),
    ...(first === undefined ? {} : { ...first, furtherHops }),
  }
}

function parseMetrics(text: string): NonNullable<Route['metrics']> {
  return Object.fromEntries(
    text.split('+').map((item) => {
      const [name = '', value = ''] = item.split(':')
      return [name, name === 'congctl' ? decodeURIComponent(value) : Number(value)]
    }),
  )
}

function writeHop({ gateway = '', onlink, weight = 1 }: Omit<NextHop, 'dev'>): string {
  return [gateway, onlink ? 1 : 0, weight].join('*')
}

function parseHop(text: string): Omit<NextHop, 'dev'> {
  const [gateway, onlink, weight = '1'] = text.split('*')
  return {
    ...(gateway ? { gateway } : {}),
    onlink: onlink === '1',
    ...(weight === '1' ? {} : { weight: Number(weight) }),
  }
}

export function writeNeighbour({ address, mac }: RecordedNeighbour): string {
  return fields(address, mac)
}

export function parseNeighbour([address = '', mac = '']: readonly string[]): RecordedNeighbour {
  return { address, mac }
}

function usualMetric(destination: string): number {
  return destination.includes(':') ? 1024 : 0
}

function usualScope(destination: string, gateway: string): string {
  return destination.includes(':') || gateway !== '' ? 'global' : 'link'
}

function fields(...values: readonly (string | number | undefined)[]): string {
  return values
    .map((value) => value ?? '')
    .join('|')
    .replace(/\|+$/, '')
}
