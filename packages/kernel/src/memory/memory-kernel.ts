import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Kernel, Netns } from '../netns.ts'
import type { FilterChain } from '../packet-filter.ts'
import type { Neighbour } from '../state.ts'
import { openHandle } from './handle.ts'
import { addPhysicalLink, removePhysicalLink } from './links.ts'
import { shown } from './look-up.ts'
import { emptyOut } from './move.ts'
import { giveName } from './rename.ts'
import { setNeighbour } from './routes.ts'
import { initialRules } from './rules.ts'
import { initialSysctls } from './sysctls.ts'
import type { MemoryNetns, MemoryWorld } from './world.ts'

/** A kernel that exists only in this process: for tests, and to try steps on. */
export interface MemoryKernel extends Kernel {
  /** Makes an empty namespace at a path, as `ip netns add` does: with a loopback link that is down. */
  readonly addNetns: (path: string) => void
  /** Makes a further path to the namespace at an existing one. */
  readonly linkNetns: (existing: string, path: string) => void
  /** Makes a file that is no namespace: to open it is EINVAL. */
  readonly addFile: (path: string) => void
  /**
   * Removes a path; with the last one goes the namespace, as if no handle of it were left: its veth pairs are gone, and its network
   * cards go to the namespace that was made first.
   */
  readonly removeNetns: (path: string) => void
  /**
   * Plugs a network card into the namespace at a path, or makes a link on top of one, its parent. MTU in bytes, 1500 if it is
   * left out.
   */
  readonly addPhysicalLink: (
    path: string,
    card: {
      readonly name: string
      readonly mac: string
      readonly mtu?: number
      readonly parent?: string
      readonly kind?: string
    },
  ) => void
  /** Renames a link, as udev does. */
  readonly renameLink: (path: string, from: string, to: string) => void
  /** Pulls a network card out again. */
  readonly removePhysicalLink: (path: string, name: string) => void
  /** Has a namespace learn who has an address on a link, as from an answer to a question of ARP. */
  readonly learnNeighbour: (path: string, neighbour: Neighbour) => void
  /** Has a chain in a namespace drop all that is to be forwarded, or no longer. */
  readonly dropForwarded: (path: string, chain: FilterChain | undefined) => void
  /** Everything there is, as one plain value to compare: by path, with settings. */
  readonly state: () => unknown
}

export interface MemoryKernelOptions {
  /** Kinds of links that the kernel has no driver for, such as `dummy`. */
  readonly missingDrivers?: readonly string[]
}

export function createMemoryKernel({ missingDrivers = [] }: MemoryKernelOptions = {}): MemoryKernel {
  const world: MemoryWorld = { namespaces: new Map(), missingDrivers }
  const paths = new Map<string, MemoryNetns>()
  const files = new Set<string>()
  let made = 0

  const open = (path: string): ResultAsync<Netns, KernelError> => {
    const netns = paths.get(path)
    if (netns !== undefined) return okAsync(openHandle(netns, path, { world, open }))
    const [errno, message] = files.has(path)
      ? ['EINVAL', `${path} is not a network namespace`]
      : ['ENOENT', `${path}: No such file or directory`]
    return errAsync({ kind: 'kernel', operation: 'open', object: `namespace ${path}`, netns: path, errno, message })
  }

  const at = (path: string): MemoryNetns => {
    const netns = paths.get(path)
    if (netns === undefined) throw new Error(`the test has made no namespace at ${path}`)
    return netns
  }

  return {
    open,
    close: () => {},
    addNetns: (path) => {
      const netns = emptyNetns(`memory:${++made}`)
      world.namespaces.set(netns.id, netns)
      paths.set(path, netns)
    },
    linkNetns: (existing, path) => paths.set(path, at(existing)),
    addFile: (path) => files.add(path),
    removeNetns: (path) => {
      const netns = at(path)
      paths.delete(path)
      if ([...paths.values()].includes(netns)) return
      emptyOut(world, netns)
      world.namespaces.delete(netns.id)
    },
    addPhysicalLink: (path, card) => addPhysicalLink(at(path), card),
    renameLink: (path, from, to) => giveName(at(path), from, to),
    removePhysicalLink: (path, name) => removePhysicalLink(world, at(path), name),
    learnNeighbour: (path, neighbour) => setNeighbour(at(path), neighbour, false),
    dropForwarded: (path, chain) => {
      at(path).forwardDropper = chain
    },
    state: () => Object.fromEntries([...paths].map(([path, netns]) => [path, stateOf(netns)])),
  }
}

function stateOf(netns: MemoryNetns): unknown {
  const { links, addresses, routes, rejectRoutes, rules, neighbours, macTranslations, masquerades, sysctls } = netns
  return {
    links: [...links.values()]
      .map((link) => shown(netns, link))
      .map((link) => ({ ...link, altNames: link.altNames.toSorted() })),
    addresses: sorted(addresses),
    routes: sorted(routes),
    rejectRoutes: sorted(rejectRoutes),
    rules: [...rules],
    neighbours: sorted(neighbours),
    macTranslations: sorted([...macTranslations.values()].filter((each) => each !== undefined)),
    masquerades: sorted([...masquerades.values()].filter((each) => each !== undefined)),
    sysctls: Object.fromEntries([...sysctls].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  }
}

/** Sorts objects by their texts, each of which is made once. */
function sorted<T>(objects: readonly T[]): readonly T[] {
  return objects
    .map((object) => ({ object, text: JSON.stringify(object) }))
    .toSorted((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0))
    .map(({ object }) => object)
}

/** A namespace with nothing but its loopback link. */
function emptyNetns(id: string): MemoryNetns {
  const netns: MemoryNetns = {
    id,
    links: new Map(),
    addresses: [],
    routes: [],
    rejectRoutes: [],
    rules: [...initialRules],
    neighbours: [],
    macTranslations: new Map(),
    masquerades: new Map(),
    forwardDropper: undefined,
    sysctls: initialSysctls(),
    locks: new Map(),
    nextIndex: 1,
  }
  addPhysicalLink(netns, { name: 'lo', mtu: 65536, kind: 'loopback' })
  return netns
}
