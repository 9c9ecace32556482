import {
  absentIfGone,
  changeReversibly,
  type KernelError,
  type Link,
  type LinkSettings,
  type Netns,
  type NewLink,
  operationError,
} from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type Alias, isSaidBy, textOf } from './alias.ts'

/** The settings that a link is to have; properties left out may have any value. */
export interface WantedSettings {
  readonly mac?: string | undefined
  /** In bytes. */
  readonly mtu?: number | undefined
  /** Name of the bridge whose port it is. */
  readonly master?: string | undefined
  readonly alias?: Alias | undefined
  readonly up?: boolean | undefined
}

/**
 * Creates a link, or gives an existing one of that name and kind the settings that it lacks.
 *
 * @param kinds those that an existing link may be of; EEXIST for any other: that is a foreign link
 */
export function ensureLink(
  netns: Netns,
  link: NewLink,
  kinds: readonly string[],
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return netns.link(link.name).andThen((found) => {
    if (found === undefined) return addLink(netns, link, undo)
    if (!kinds.includes(found.kind ?? '')) {
      const message = `${link.name} exists and is ${article(found.kind)}, not ${article(link.kind)}`
      return errAsync(operationError({ do: 'add link', link }, netns.path, 'EEXIST', message))
    }
    return link.kind === 'tap' ? okAsync() : ensureSettings(netns, found, link, undo)
  })
}

/** Creates a link; its undo deletes it. */
export function addLink(netns: Netns, link: NewLink, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return changeReversibly(netns, { do: 'add link', link }, { do: 'delete link', name: link.name }, undo)
}

/** Changes the settings that differ, in one operation; its undo restores the earlier values. */
export function ensureSettings(
  netns: Netns,
  found: Link,
  wanted: WantedSettings,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const master = yield* indexOf(netns, wanted.master)
    const { name } = found
    const set: Settable = {}
    const earlier: Settable = {}
    if (wanted.mac !== undefined && found.mac !== undefined && wanted.mac !== found.mac) {
      set.mac = wanted.mac
      earlier.mac = found.mac
    }
    if (wanted.mtu !== undefined && wanted.mtu !== found.mtu) {
      set.mtu = wanted.mtu
      earlier.mtu = found.mtu
    }
    if (wanted.master !== undefined && master !== found.master) {
      set.master = wanted.master
      earlier.master = yield* nameOf(netns, found.master)
    }
    if (wanted.alias !== undefined && !isSaidBy(wanted.alias, found.alias ?? '')) {
      set.alias = textOf(wanted.alias)
      earlier.alias = found.alias ?? ''
    }
    if (wanted.up !== undefined && wanted.up !== found.up) {
      set.up = wanted.up
      earlier.up = found.up
    }
    if (Object.keys(set).length === 0) return ok()
    yield* changeReversibly(netns, { do: 'set link', name, set }, { do: 'set link', name, set: earlier }, undo)
    return ok()
  })
}

/** Deletes a link if it exists. */
export function removeLink(netns: Netns, name: string): ResultAsync<Reverted, KernelError> {
  return absentIfGone(
    netns.link(name).andThen((found) => {
      if (found === undefined) return okAsync<Reverted>('absent')
      return netns.change({ do: 'delete link', name: found.name }).map((): Reverted => 'removed')
    }),
  )
}

type Settable = { -readonly [K in keyof LinkSettings]: LinkSettings[K] }

function indexOf(netns: Netns, name: string | undefined): ResultAsync<number | undefined, KernelError> {
  return name === undefined ? okAsync(undefined) : netns.link(name).map((link) => link?.index)
}

function nameOf(netns: Netns, index: number | undefined): ResultAsync<string | null, KernelError> {
  if (index === undefined) return okAsync(null)
  return netns.links().map((links) => links.find((link) => link.index === index)?.name ?? null)
}

function article(kind: string | undefined): string {
  return kind === undefined ? 'a physical link' : `a ${kind} link`
}
