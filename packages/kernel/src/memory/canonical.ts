import ipaddr from 'ipaddr.js'
import type { Address, Family, Neighbour, Route, Rule } from '../state.ts'
import { Refusal } from './world.ts'

/*
 * The kernel keeps numbers: however an address was written, it is shown in one way.
 */

/** linux/rtnetlink.h */
export const mainTable = 254

export function canonicalAddress({ address, broadcast, peer, metric, ...rest }: Address): Address {
  const own = prefix(address)
  if (peer !== undefined && peer.includes(':') !== own.includes(':')) {
    throw new Refusal('EINVAL', `${peer} is of another IP version`)
  }
  return {
    ...rest,
    address: own,
    ...(broadcast === undefined ? {} : { broadcast: host(broadcast) }),
    ...(peer === undefined || host(peer) === own.replace(/\/.*/, '') ? {} : { peer: host(peer) }),
    ...(metric === undefined || metric === 0 ? {} : { metric }),
  }
}

export function canonicalRoute({ destination, gateway, source, table, ...rest }: Route): Route {
  return {
    ...rest,
    destination: prefix(destination),
    ...(gateway === undefined ? {} : { gateway: host(gateway) }),
    ...(source === undefined ? {} : { source: host(source) }),
    ...(table === undefined || table === mainTable ? {} : { table }),
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

function prefix(text: string): string {
  const [address = '', length = ''] = text.split('/')
  if (!ipaddr.isValidCIDR(text)) throw new Refusal('EINVAL', `any valid prefix is expected rather than "${text}"`)
  return `${host(address)}/${Number(length)}`
}

function host(text: string): string {
  // A zone, as in fe80::1%eth0, is no part of an address that the kernel keeps.
  if (ipaddr.IPv6.isValid(text) && !text.includes('%')) return ipaddr.IPv6.parse(text).toRFC5952String()
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text
  throw new Refusal('EINVAL', `any valid address is expected rather than "${text}"`)
}
