import type { LockMode, Netns } from '../netns.ts'
import type { FilterChain } from '../packet-filter.ts'
import type { Address, ListedRule, MacTranslation, Masquerade, Neighbour, RejectRoute, Route } from '../state.ts'

/** A link of the in-memory kernel. Changed in place; what leaves the kernel is a copy. */
export interface MemoryLink {
  index: number
  name: string
  readonly altNames: Set<string>
  readonly kind: string | undefined
  mac: string | undefined
  mtu: number
  up: boolean
  master: MemoryLink | undefined
  alias: string
  /** Where the other end of a veth pair is. */
  peer: PeerEnd | undefined
  /** The link that this one is on top of, such as a VLAN; it may be in another namespace. */
  parent: MemoryLink | undefined
  readonly vlanId: number | undefined
  readonly mode: string | undefined
  /** Whether its MAC address or MTU was chosen: then a bridge keeps it when ports come and go. */
  macIsChosen: boolean
  mtuIsChosen: boolean
  /** Whether the original of its namespace has it, too. */
  isCopy: boolean
}

export interface PeerEnd {
  readonly index: number
  /** The port does not tell where the other end of a copied link is. */
  readonly netns: MemoryNetns | undefined
}

/** A neighbour entry of the in-memory kernel. */
interface MemoryNeighbour extends Neighbour {
  readonly isPermanent: boolean
}

/** A network namespace of the in-memory kernel. */
export interface MemoryNetns {
  readonly id: string
  readonly links: Map<number, MemoryLink>
  readonly addresses: Address[]
  readonly routes: Route[]
  readonly rejectRoutes: RejectRoute[]
  /** Of both IP versions, each by ascending priority. */
  readonly rules: ListedRule[]
  readonly neighbours: MemoryNeighbour[]
  /** By name of the port, which need not be there. */
  readonly macTranslations: FilterTables<MacTranslation>
  /** By name. */
  readonly masquerades: FilterTables<Masquerade>
  /** The chain that drops all that is to be forwarded. */
  forwardDropper: FilterChain | undefined
  /** By path below /proc/sys. In a copy, what has not been asked for yet is with the original. */
  readonly sysctls: Map<string, string>
  /** What this is a copy of. It is only ever read. */
  readonly original?: Netns
  /** How each lock is held at present, by its name: once for each holder. */
  readonly locks: Map<string, LockMode[]>
  nextIndex: number
}

/** All namespaces, by identity. */
export interface MemoryWorld {
  readonly namespaces: Map<string, MemoryNetns>
  /** Kinds of links that the kernel has no driver for. */
  readonly missingDrivers: readonly string[]
}

/** Tables of a packet filter, by name. In a copy, what has not been asked for yet is with the original. */
export type FilterTables<T> = Map<string, T | undefined>

/**
 * What the in-memory kernel refuses, as Linux does: errno and words. Thrown within the model, where it leaves several
 * functions at once as an errno leaves the kernel; the handles turn it into an error value.
 */
export class Refusal extends Error {
  readonly errno: string

  constructor(errno: string, message: string) {
    super(message)
    this.errno = errno
  }
}

/** The link of a primary or alternative name. */
export function findLink(netns: MemoryNetns, name: string): MemoryLink | undefined {
  return [...netns.links.values()].find((link) => link.name === name || link.altNames.has(name))
}

/** The link of a primary or alternative name, or ENODEV. */
export function requireLink(netns: MemoryNetns, name: string): MemoryLink {
  const link = findLink(netns, name)
  if (link === undefined) throw new Refusal('ENODEV', `Cannot find device "${name}"`)
  return link
}

/** Removes what a predicate holds for from a list, in place. */
export function removeWhere<T>(list: T[], predicate: (item: T) => boolean): void {
  list.splice(0, list.length, ...list.filter((item) => !predicate(item)))
}
