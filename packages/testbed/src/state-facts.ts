/** Takes from what `ip`, `bridge` and `nft` show the configuration, and leaves out what changes by itself. */

import { routerMac } from './world.ts'

/** An object in the words of `ip -json`, or of `nft --json`. */
export type Shown = Readonly<Record<string, unknown>>

/**
 * A link, without its timers. The number of the namespace of its peer goes too: the kernel counts the namespaces that a
 * namespace meets. So does the queueing discipline of a link that is down: it tells whether the link was ever up.
 */
export function linkFacts({ link_netnsid: _, linkinfo, qdisc, ...link }: Shown): Shown {
  const { info_kind: kind, info_data, info_slave_data } = isShown(linkinfo) ? linkinfo : {}
  const isUp = Array.isArray(link['flags']) && link['flags'].includes('UP')
  return {
    ...link,
    ...(isUp ? { qdisc } : {}),
    kind,
    info_data: withoutTimers(info_data),
    info_slave_data: withoutTimers(info_slave_data),
  }
}

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null
}

/** Settings of a bridge or of a port, without what changes by itself. */
function withoutTimers(settings: unknown): Shown | undefined {
  if (!isShown(settings)) return undefined
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !/_timer$|^fdb_n_learned$/.test(key)))
}

/** The addresses of a link. */
export function addressFacts({ ifname, addr_info }: Shown): readonly Shown[] {
  return Array.isArray(addr_info) ? addr_info.map((info: Shown) => ({ dev: ifname, ...withRoundLifetimes(info) })) : []
}

export function routeFacts(route: Shown): Shown {
  return withRoundLifetimes(route)
}

/** How `ip` shows a lifetime without end. */
const forever = 2 ** 32 - 1

/** Rounds lifetimes, in seconds, to a power of two: what counts down stays the same for a while, and another one differs. */
function withRoundLifetimes(shown: Shown): Shown {
  const lifetimes = ['valid_life_time', 'preferred_life_time', 'expires'].filter((key) => shown[key] !== undefined)
  const round = (seconds: number) => (seconds < 1 ? 0 : 2 ** Math.round(Math.log2(seconds)))
  return {
    ...shown,
    ...Object.fromEntries(
      lifetimes.map((key) => [key, shown[key] === forever ? 'forever' : `about ${round(Number(shown[key]))} s`]),
    ),
  }
}

/** States in which an entry is used to send, however old it is. */
const learnt = new Set(['REACHABLE', 'STALE', 'DELAY', 'PROBE'])

/**
 * A neighbour that was made by hand, or learnt. Left out is what any packet may teach, and what misleads none: the VPC's router,
 * link-local addresses, which follow from the MAC address, and those that did not answer.
 */
export function neighbourFacts(neighbour: Shown): readonly Shown[] {
  const { dst, dev, lladdr, state } = neighbour
  const [name] = Array.isArray(state) ? state : []
  if (name === 'PERMANENT') return [neighbour]
  if (!learnt.has(name) || lladdr === routerMac || String(dst).startsWith('fe80:')) return []
  return [{ dst, dev, lladdr, state: ['learnt'] }]
}

/** An entry of a forwarding database, unless it was learnt or is for a multicast group that a link has joined. */
export function fdbFacts(entry: Shown): readonly Shown[] {
  const isMulticast = (Number.parseInt(String(entry['mac']), 16) & 1) === 1
  return isMulticast || entry['state'] === '' ? [] : [entry]
}

/** The rules in their order, without the numbers that the kernel gives them; elements of sets have no order. */
export function rulesetFacts(document: string): readonly Shown[] {
  const { nftables }: { readonly nftables: readonly Shown[] } = JSON.parse(document, (key, value) => {
    if (key === 'handle' || key === 'expires') return undefined
    return (key === 'elem' || key === 'set') && Array.isArray(value) ? value.toSorted(byText) : value
  })
  return nftables.filter((each) => each['metainfo'] === undefined)
}

export function byText(one: unknown, other: unknown): number {
  const [first, second] = [JSON.stringify(one), JSON.stringify(other)]
  return first < second ? -1 : first > second ? 1 : 0
}
