/**
 * What a link that is away must have when it comes home, as a text in its alias:
 *
 * `home of=4026531840 arrived=1 up=1 set=0,0,1,0,0 at=192.168.1.42/24|192.168.1.255 via=0.0.0.0/0|192.168.1.1`
 *
 * Its keys are short, since room is scarce: addresses are `at`, routes `via`, permanent neighbours `near`. Fields of an address
 * and of a route are in the order of their types; those behind the last one that is not usual are left out. The earlier alias
 * comes last, percent-encoded.
 */

import type { Address, Neighbour, Route } from '@vpc-bridge/kernel'

/** Of a link, in bytes (IFALIASZ less the terminator). */
export const longestAlias = 255

/** What a link was like at home. */
export interface HomeRecord {
  /** What identifies the namespace that is its home: its inode number. */
  readonly home: string
  /** Whether it has been given, where it is, what it had: from then on that is for others to change. */
  readonly arrived: boolean
  readonly up: boolean
  readonly alias: string
  readonly addresses: readonly Omit<Address, 'dev'>[]
  /** Those that were made by hand, or by a program. */
  readonly routes: readonly Omit<Route, 'dev'>[]
  /** The permanent ones. */
  readonly neighbours: readonly Omit<Neighbour, 'dev'>[]
  /** Values; empty for those that the kernel did not have. */
  readonly settings: readonly string[]
}

const mark = 'home'

export function writeHomeRecord({
  home,
  arrived,
  up,
  alias,
  addresses,
  routes,
  neighbours,
  settings,
}: HomeRecord): string {
  return [
    mark,
    `of=${home}`,
    `arrived=${arrived ? 1 : 0}`,
    `up=${up ? 1 : 0}`,
    `set=${settings.join(',')}`,
    `at=${addresses.map(writeAddress).join(',')}`,
    `via=${routes.map(writeRoute).join(',')}`,
    // Hardly ever there are any.
    ...(neighbours.length === 0 ? [] : [`near=${neighbours.map(writeNeighbour).join(',')}`]),
    ...(alias === '' ? [] : [`alias=${encodeURIComponent(alias)}`]),
  ].join(' ')
}

/** @returns `undefined` when the alias is not such a record */
export function parseHomeRecord(text: string | undefined): HomeRecord | undefined {
  const [first, ...entries] = (text ?? '').split(' ')
  if (first !== mark) return undefined
  const values: Partial<Record<string, string>> = Object.fromEntries(entries.map((entry) => entry.split('=', 2)))
  const { of: home, arrived, up, set, at, via, near = '', alias: earlier = '' } = values
  if (home === undefined || set === undefined || at === undefined || via === undefined) return undefined
  const alias = decode(earlier)
  if (alias === undefined) return undefined
  return {
    home,
    arrived: arrived === '1',
    up: up === '1',
    alias,
    addresses: itemsOf(at).map(parseAddress),
    routes: itemsOf(via).map(parseRoute),
    neighbours: itemsOf(near).map(([address = '', mac = '']) => ({ address, mac })),
    settings: set.split(','),
  }
}

/** @returns `undefined` for what is not percent-encoded */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function writeAddress({ address, broadcast = '', peer = '', metric, noPrefixRoute }: HomeRecord['addresses'][number]) {
  return fields(address, broadcast, peer, metric === undefined ? '' : String(metric), noPrefixRoute ? '1' : '')
}

function parseAddress(parts: readonly string[]): HomeRecord['addresses'][number] {
  const [address = '', broadcast = '', peer = '', metric = '', noPrefixRoute = ''] = parts
  return {
    address,
    ...(broadcast === '' ? {} : { broadcast }),
    ...(peer === '' ? {} : { peer }),
    ...(metric === '' ? {} : { metric: Number(metric) }),
    ...(noPrefixRoute === '1' ? { noPrefixRoute: true } : {}),
  }
}

function writeRoute({
  destination,
  gateway = '',
  protocol,
  metric,
  onlink,
  scope,
  source = '',
  table,
}: HomeRecord['routes'][number]) {
  return fields(
    destination,
    gateway,
    protocol === 'boot' ? '' : protocol,
    metric === usualMetric(destination) ? '' : String(metric),
    onlink ? '1' : '',
    scope === usualScope(destination, gateway) ? '' : scope,
    source,
    table === undefined ? '' : String(table),
  )
}

function parseRoute(parts: readonly string[]): HomeRecord['routes'][number] {
  const [destination = '', gateway = '', protocol = '', metric = '', onlink = '', ...rest] = parts
  const [scope = '', source = '', table = ''] = rest
  return {
    destination,
    ...(gateway === '' ? {} : { gateway }),
    protocol: protocol === '' ? 'boot' : protocol,
    metric: metric === '' ? usualMetric(destination) : Number(metric),
    onlink: onlink === '1',
    scope: scope === 'global' || scope === 'link' ? scope : usualScope(destination, gateway),
    ...(source === '' ? {} : { source }),
    ...(table === '' ? {} : { table: Number(table) }),
  }
}

function writeNeighbour({ address, mac }: HomeRecord['neighbours'][number]): string {
  return fields(address, mac)
}

function usualMetric(destination: string): number {
  return destination.includes(':') ? 1024 : 0
}

function usualScope(destination: string, gateway: string): Route['scope'] {
  return destination.includes(':') || gateway !== '' ? 'global' : 'link'
}

function fields(...values: readonly string[]): string {
  return values.join('|').replace(/\|+$/, '')
}

function itemsOf(list: string): readonly (readonly string[])[] {
  return list === '' ? [] : list.split(',').map((item) => item.split('|'))
}
