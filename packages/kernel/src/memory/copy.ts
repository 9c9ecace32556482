import type { ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Netns } from '../netns.ts'
import { type Snapshot, snapshot } from '../snapshot.ts'
import type { Link } from '../state.ts'
import { openHandle } from './handle.ts'
import type { MemoryLink, MemoryNetns, MemoryWorld } from './world.ts'

/**
 * An in-memory copy of a namespace, and of those opened through it: to try changes on. The original is read (its
 * settings only when they are asked for) and never changed. A namespace has one copy, by whatever path it is opened.
 *
 * @param original of any driver; it is to stay open as long as the copy is used
 */
export function copyOf(original: Netns): ResultAsync<Netns, KernelError> {
  const world: MemoryWorld = { namespaces: new Map(), missingDrivers: [] }
  /** By identity, those being read, too. */
  const copies = new Map<string, ResultAsync<MemoryNetns, KernelError>>()

  const copyFrom = (source: Netns): ResultAsync<MemoryNetns, KernelError> => {
    const copy = snapshot(source).map((state) => {
      const netns = modelOf(source, state)
      world.namespaces.set(netns.id, netns)
      return netns
    })
    copies.set(source.id, copy)
    return copy.mapErr((error) => {
      copies.delete(source.id)
      return error
    })
  }
  const handleOf = (source: Netns): ResultAsync<Netns, KernelError> =>
    (copies.get(source.id) ?? copyFrom(source)).map((netns) => openHandle(netns, source.path, { world, open }))
  const open = (path: string) => original.open(path).andThen(handleOf)

  return handleOf(original)
}

function modelOf(
  original: Netns,
  { links, addresses, routes, rejectRoutes, rules, neighbours }: Snapshot,
): MemoryNetns {
  return {
    id: original.id,
    links: modelOfLinks(links),
    addresses: [...addresses],
    routes: [...routes],
    rejectRoutes: [...rejectRoutes],
    rules: [...rules],
    // What the kernel has learnt is no configuration.
    neighbours: neighbours.map((neighbour) => ({ ...neighbour, isPermanent: true })),
    macTranslations: new Map(),
    masquerades: new Map(),
    // A plan does not ask for it.
    forwardDropper: undefined,
    sysctls: new Map(),
    original,
    locks: new Map(),
    nextIndex: Math.max(0, ...links.map(({ index }) => index)) + 1,
  }
}

function modelOfLinks(links: readonly Link[]): Map<number, MemoryLink> {
  const model = new Map<number, MemoryLink>()
  for (const { index, name, altNames, kind, mac, mtu, up, alias = '', peer, vlanId, mode } of links) {
    model.set(index, {
      index,
      name,
      altNames: new Set(altNames),
      // The port shows no kind of the loopback link, and no MAC address.
      kind: kind ?? (mac === undefined && name === 'lo' ? 'loopback' : undefined),
      mac,
      mtu,
      up,
      alias,
      peer: peer === undefined ? undefined : { index: peer, netns: undefined },
      master: undefined,
      parent: undefined,
      vlanId,
      mode,
      // Chosen or not cannot be seen; for those we look after, it was.
      macIsChosen: true,
      mtuIsChosen: true,
      isCopy: true,
    })
  }
  for (const { index, master, parent } of links) {
    const link = model.get(index)
    if (link !== undefined && master !== undefined) link.master = model.get(master)
    if (link !== undefined && parent !== undefined) link.parent = model.get(parent)
  }
  return model
}
