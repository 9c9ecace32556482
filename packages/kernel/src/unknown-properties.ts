import type { NewLink, NewPeer } from './new-link.ts'
import type { LinkSettings, Operation } from './operation.ts'
import type { Address, Neighbour, NextHop, RejectRoute, Route, Rule } from './state.ts'

/** Every property of a type: one that is added to the type must be added here, too. */
type Known<T> = { readonly [K in keyof Required<T>]: true }

type LinkOf<K, L = NewLink> = L extends { readonly kind: infer M } ? (K extends M ? L : never) : never

const base = { kind: true, name: true, mac: true, mtu: true, up: true } as const
const plain = { ...base, master: true } as const
const upper = { ...base, parent: true, netns: true } as const
const newLinks: { readonly [K in NewLink['kind']]: Known<LinkOf<K>> } = {
  bridge: plain,
  dummy: plain,
  ifb: plain,
  veth: { ...plain, peer: true },
  vlan: { ...upper, id: true },
  macvlan: { ...upper, mode: true },
  macvtap: { ...upper, mode: true, owner: true, group: true },
  ipvlan: { kind: true, name: true, mtu: true, up: true, parent: true, netns: true, mode: true },
  tap: { kind: true, name: true, owner: true, group: true },
}
const peer: Known<NewPeer> = { name: true, netns: true, mac: true, mtu: true }
const settings: Known<LinkSettings> = { up: true, mac: true, mtu: true, master: true, alias: true }
const hop: Known<NextHop> = { gateway: true, dev: true, onlink: true, weight: true }
const route: Known<Route> = {
  ...hop,
  destination: true,
  type: true,
  furtherHops: true,
  scope: true,
  protocol: true,
  metric: true,
  source: true,
  table: true,
  tos: true,
  from: true,
  metrics: true,
  preference: true,
  expiresSeconds: true,
  unknown: true,
}
const rejectRoute: Known<RejectRoute> = { type: true, destination: true, protocol: true, metric: true, table: true }
const address: Known<Address> = {
  dev: true,
  address: true,
  broadcast: true,
  peer: true,
  metric: true,
  noPrefixRoute: true,
  scope: true,
  label: true,
  validSeconds: true,
  preferredSeconds: true,
  flags: true,
  protocol: true,
  unknown: true,
}
const rule: Known<Rule> = { family: true, priority: true, from: true, to: true, action: true }
const neighbour: Known<Neighbour> = { dev: true, address: true, mac: true }

/**
 * Finds what an operation asks for that the port does not know: a caller that is not type-checked would else get less than it
 * asked for.
 *
 * @returns a sentence that names the first such property; `undefined` when there is none
 */
export function unknownProperty(operation: Operation): string | undefined {
  for (const [what, given, known] of partsOf(operation)) {
    if (known === undefined) return `${what} is of a kind that is not known`
    const strange = Object.entries(given).find(([key, value]) => value !== undefined && !Object.hasOwn(known, key))
    if (strange !== undefined) return `${what} has the property ${strange[0]}, which is not known`
  }
  return undefined
}

type Part = readonly [what: string, given: object, known: object | undefined]

function partsOf(operation: Operation): readonly Part[] {
  switch (operation.do) {
    case 'add link': {
      const { link } = operation
      const known = Object.hasOwn(newLinks, link.kind) ? newLinks[link.kind] : undefined
      const ends: readonly Part[] = link.kind === 'veth' ? [[`the peer of ${link.name}`, link.peer, peer]] : []
      return [[`the ${link.kind} ${link.name}`, link, known], ...ends]
    }
    case 'set link':
      return [[`the setting of ${operation.name}`, operation.set, settings]]
    case 'add route':
    case 'set route':
    case 'delete route': {
      const { destination, furtherHops = [] } = operation.route
      const hops = furtherHops.map((each): Part => [`a next hop of ${destination}`, each, hop])
      return [[`the route ${destination}`, operation.route, route], ...hops]
    }
    case 'add reject route':
    case 'delete reject route':
      return [[`the route ${operation.route.destination}`, operation.route, rejectRoute]]
    case 'add address':
    case 'delete address':
      return [[`the address ${operation.address.address}`, operation.address, address]]
    case 'add rule':
    case 'delete rule':
      return [[`the rule ${operation.rule.priority}`, operation.rule, rule]]
    case 'set neighbour':
      return [[`the neighbour ${operation.neighbour.address}`, operation.neighbour, neighbour]]
    default:
      return []
  }
}
