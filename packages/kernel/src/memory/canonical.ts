import ipaddr from 'ipaddr.js'
import type { Address, Family, Neighbour, NextHop, RejectRoute, Route, Rule } from '../state.ts'
import { Refusal } from './world.ts'

/*
 * The kernel keeps numbers: however an address was written, it is shown in one way.
 */

/** linux/rtnetlink.h */
export const mainTable = 254

export function canonicalAddress(given: Address): Address {
  const { address, broadcast, peer, metric, scope = 'global', label, flags = [], protocol, unknown, ...rest } = given
  requireKnown(unknown)
  const { validSeconds = Number.POSITIVE_INFINITY, preferredSeconds = Number.POSITIVE_INFINITY } = rest
  if (validSeconds === 0 || preferredSeconds > validSeconds) {
    throw new Refusal('EINVAL', 'address lifetime invalid')
  }
  const own = prefix(address)
  const inet6 = own.includes(':')
  if (peer !== undefined && peer.includes(':') !== inet6) {
    throw new Refusal('EINVAL', `${peer} is of another IP version`)
  }
  return {
    ...rest,
    address: own,
    ...(broadcast === undefined ? {} : { broadcast: host(broadcast) }),
    ...(peer === undefined || host(peer) === own.replace(/\/.*/, '') ? {} : { peer: host(peer) }),
    ...(metric === undefined || metric === 0 ? {} : { metric }),
    ...(scope === 'global' || inet6 ? {} : { scope }),
    ...(label === undefined || inet6 ? {} : { label }),
    ...(flags.length === 0 ? {} : { flags: flags.toSorted() }),
    ...(protocol === undefined || protocol === 0 ? {} : { protocol }),
  }
}

/** What was read of the kernel, and no driver can write. */
function requireKnown(unknown: readonly string[] | undefined): void {
  if (unknown !== undefined) throw new Refusal('EOPNOTSUPP', `${unknown.join(', ')}: Operation not supported`)
}

export function canonicalRoute(route: Route): Route {
  const { destination, scope, protocol, metric, type, source, table, tos, from, metrics = {}, ...rest } = route
  const { furtherHops = [], preference, expiresSeconds } = rest
  requireKnown(route.unknown)
  const { weight: _, ...only } = route
  const inet6 = destination.includes(':')
  const kept = Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== 0))
  return {
    destination: prefix(destination),
    ...(furtherHops.length === 0
      ? canonicalHop(only)
      : { ...canonicalHop(route), furtherHops: furtherHops.map(canonicalHop) }),
    scope: inet6 ? 'global' : scope,
    protocol,
    metric,
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { source: host(source) }),
    ...(table === undefined || table === mainTable ? {} : { table }),
    ...(tos === undefined || tos === 0 ? {} : { tos }),
    ...(from === undefined || from === '::/0' ? {} : { from: prefix(from) }),
    ...(Object.keys(kept).length === 0 ? {} : { metrics: kept }),
    ...(inet6 && preference !== undefined ? { preference } : {}),
    ...(inet6 && expiresSeconds !== undefined ? { expiresSeconds } : {}),
  }
}

export function canonicalRejectRoute({ destination, table, ...rest }: RejectRoute): RejectRoute {
  return { ...rest, destination: prefix(destination), ...(table === undefined || table === mainTable ? {} : { table }) }
}

function canonicalHop({ gateway, dev, onlink, weight }: NextHop): NextHop {
  return {
    ...(gateway === undefined ? {} : { gateway: host(gateway) }),
    dev,
    onlink,
    ...(weight === undefined || weight === 1 ? {} : { weight }),
  }
}

export function canonicalRule({ family, priority, from, to, action }: Rule): Rule {
  const source = criterion(family, from)
  const destination = criterion(family, to)
  return {
    family,
    priority,
    ...(source === undefined ? {} : { from: source }),
    ...(destination === undefined ? {} : { to: destination }),
    action,
  }
}

/** A prefix that addresses must be in; `undefined` if it is that of all. */
function criterion(family: Family, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const wanted = prefix(text)
  if (wanted.includes(':') !== (family === 'inet6')) throw new Refusal('EINVAL', `${text} is of another IP version`)
  return wanted.endsWith('/0') ? undefined : wanted
}

export function canonicalNeighbour<T extends Pick<Neighbour, 'dev' | 'address'> & Partial<Neighbour>>(entry: T): T {
  const { address, mac } = entry
  return { ...entry, address: host(address), ...(mac === undefined ? {} : { mac: mac.toLowerCase() }) }
}

export function prefix(text: string): string {
  const [address = '', length = ''] = text.split('/')
  if (!ipaddr.isValidCIDR(text)) throw new Refusal('EINVAL', `any valid prefix is expected rather than "${text}"`)
  return `${host(address)}/${Number(length)}`
}

export function host(text: string): string {
  // A zone, as in fe80::1%eth0, is no part of an address that the kernel keeps.
  if (ipaddr.IPv6.isValid(text) && !text.includes('%')) return ipaddr.IPv6.parse(text).toRFC5952String()
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text
  throw new Refusal('EINVAL', `any valid address is expected rather than "${text}"`)
}
