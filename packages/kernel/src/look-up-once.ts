import type { ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import { passOn } from './pass-on.ts'
import type { Family, Link, ListedRule } from './state.ts'

/**
 * A handle like the given one that looks up each link, lists all links, and the rules, once, until something is changed through it or
 * through a handle that was opened by it, and that opens each path once. A lock makes it look and open again: it may have been waited
 * for. For a walk whose steps look at the same links; what others change meanwhile it may see late.
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
  const all = new Map<'all', ResultAsync<readonly Link[], KernelError>>()
  const rules = new Map<Family, ResultAsync<readonly ListedRule[], KernelError>>()
  const opened = new Map<string, ResultAsync<Netns, KernelError>>()
  let seenAt = walk.changes
  let openedAt = walk.locks
  const forgetIfChanged = () => {
    if (seenAt !== walk.changes) for (const each of [seen, all, rules]) each.clear()
    seenAt = walk.changes
  }
  return {
    ...passOn(netns),
    link: (name) => {
      forgetIfChanged()
      return known(seen, name, () => netns.link(name))
    },
    links: (query) => {
      if (query !== undefined) return netns.links(query)
      forgetIfChanged()
      return known(all, 'all', () => netns.links())
    },
    rules: (family) => {
      forgetIfChanged()
      return known(rules, family, () => netns.rules(family))
    },
    change: (operation) => {
      walk.changes += 1
      return netns.change(operation)
    },
    tryLock: (mode, name) => {
      walk.changes += 1
      walk.locks += 1
      return netns.tryLock(mode, name)
    },
    open: (path) => {
      if (openedAt !== walk.locks) opened.clear()
      openedAt = walk.locks
      return known(opened, path, () => netns.open(path).map((inner) => remembering(inner, walk)))
    },
  }
}

/** Returns what is known by a key, or finds it out. */
function known<K, T>(all: Map<K, T>, key: K, find: () => T): T {
  const before = all.get(key)
  if (before !== undefined) return before
  const found = find()
  all.set(key, found)
  return found
}
