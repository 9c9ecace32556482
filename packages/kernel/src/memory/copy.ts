import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Netns } from '../netns.ts'
import type { Address, Link, Neighbour, Route } from '../state.ts'
import { openHandle } from './handle.ts'
import { defaultPaths, initialSysctls } from './sysctls.ts'
import type { MemoryLink, MemoryNetns, MemoryWorld } from './world.ts'

/**
 * An in-memory copy of a namespace, and of those opened through it: to try changes on. The original is read (its
 * settings only when they are asked for) and never changed.
 */
export function copyOf(original: Netns): ResultAsync<Netns, KernelError> {
  const world: MemoryWorld = { namespaces: new Map(), missingDrivers: [] }

  const copied = (source: Netns): ResultAsync<Netns, KernelError> => {
    const known = world.namespaces.get(source.id)
    const copy = known === undefined ? read(source) : okAsync<MemoryNetns, KernelError>(known)
    return copy.map((netns) => {
      world.namespaces.set(netns.id, netns)
      return openHandle(netns, source.path, { world, open })
    })
  }
  const open = (path: string) => original.open(path).andThen(copied)

  return copied(original)
}

function read(original: Netns): ResultAsync<MemoryNetns, KernelError> {
  return safeTry<MemoryNetns, KernelError>(async function* () {
    const links = yield* original.links()
    const addresses: readonly Address[] = yield* original.addresses()
    const inet: readonly Route[] = yield* original.routes({ family: 'inet' })
    const inet6: readonly Route[] = yield* original.routes({ family: 'inet6' })
    const neighbours: readonly Neighbour[] = yield* original.neighbours()
    const sysctls = initialSysctls()
    for (const path of defaultPaths()) {
      const value = await original.sysctl(path)
      if (value.isOk()) sysctls.set(path, value.value)
      // Without IPv6 it has no settings; those of neighbours have no default outside the initial namespace.
      else if (!path.includes('/neigh/')) sysctls.delete(path)
    }
    return ok({
      id: original.id,
      links: modelOf(links),
      addresses: [...addresses],
      routes: [...inet, ...inet6],
      neighbours: [...neighbours],
      sysctls,
      original,
      nextIndex: Math.max(0, ...links.map(({ index }) => index)) + 1,
    })
  })
}

function modelOf(links: readonly Link[]): Map<number, MemoryLink> {
  const model = new Map<number, MemoryLink>()
  for (const { index, name, altNames, kind, mac, mtu, up, alias = '', peer } of links) {
    // Chosen or not cannot be seen; for those we look after, it was.
    const chosen = { macIsChosen: true, mtuIsChosen: true }
    model.set(index, {
      index,
      name,
      altNames: new Set(altNames),
      kind,
      mac,
      mtu,
      up,
      alias,
      peer,
      master: undefined,
      ...chosen,
    })
  }
  for (const { index, master } of links) {
    const port = model.get(index)
    if (port !== undefined && master !== undefined) port.master = model.get(master)
  }
  return model
}
