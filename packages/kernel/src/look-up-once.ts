import type { ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import type { Family, Link, ListedRule } from './state.ts'

/**
 * A handle like the given one that looks up each link, lists all links, and the rules, once, until something is changed through it or through a handle that
 * was opened by it, and that opens each path once. A lock makes it look and open again: it may have been waited for. For a
 * walk whose steps look at the same links; what others change meanwhile it may see late.
 */
export function lookUpOnce(netns: Netns): Netns {
  return remembering(netns, { changes: 0, locks: 0 })
}

/** What the handles of one walk share. */
interface Walk {
  /** How many changes and locks there have been: what was seen before the last one counts no more. */
  changes: number
  /** How often a lock was asked for: what was opened before the last time counts no more. */
  locks: number
}

function remembering(netns: Netns, walk: Walk): Netns {
  const seen = new Map<string, ResultAsync<Link | undefined, KernelError>>()
  let all: ResultAsync<readonly Link[], KernelError> | undefined
  const rules = new Map<Family, ResultAsync<readonly ListedRule[], KernelError>>()
  const opened = new Map<string, ResultAsync<Netns, KernelError>>()
  let seenAt = walk.changes
  let openedAt = walk.locks
  const forgetIfChanged = () => {
    if (seenAt !== walk.changes) {
      seen.clear()
      all = undefined
      rules.clear()
    }
    seenAt = walk.changes
  }
  return {
    path: netns.path,
    id: netns.id,
    link: (name) => {
      forgetIfChanged()
      const known = seen.get(name)
      if (known !== undefined) return known
      const found = netns.link(name)
      seen.set(name, found)
      return found
    },
    links: (query) => {
      if (query !== undefined) return netns.links(query)
      forgetIfChanged()
      all ??= netns.links()
      return all
    },
    addresses: (dev) => netns.addresses(dev),
    routes: (query) => netns.routes(query),
    rejectRoutes: (family) => netns.rejectRoutes(family),
    rules: (family) => {
      forgetIfChanged()
      const known = rules.get(family)
      if (known !== undefined) return known
      const found = netns.rules(family)
      rules.set(family, found)
      return found
    },
    neighbours: (dev) => netns.neighbours(dev),
    neighbour: (dev, address) => netns.neighbour(dev, address),
    macTranslation: (dev) => netns.macTranslation(dev),
    masquerade: (name) => netns.masquerade(name),
    forwardDropper: (packet) => netns.forwardDropper(packet),
    sysctl: (path) => netns.sysctl(path),
    change: (operation) => {
      walk.changes += 1
      return netns.change(operation)
    },
    tryLock: (mode, name) => {
      walk.changes += 1
      walk.locks += 1
      return netns.tryLock(mode, name)
    },
    tryFileLock: (mode) => netns.tryFileLock(mode),
    open: (path) => {
      if (openedAt !== walk.locks) opened.clear()
      openedAt = walk.locks
      const known = opened.get(path)
      if (known !== undefined) return known
      const found = netns.open(path).map((inner) => remembering(inner, walk))
      opened.set(path, found)
      return found
    },
  }
}
