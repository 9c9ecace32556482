import {
  changeReversibly,
  isNamed,
  type KernelError,
  type Link,
  longestLinkName,
  type Netns,
  type NewLink,
  operationError,
} from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted, Step } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { ensureLink, removeLink } from './ensure-link.ts'

/** What a dummy link may be. */
const kinds = ['dummy', 'ifb']

/** Returns true for a dummy link, or an `ifb` link in its place. */
export function isDummy({ kind = '' }: Link): boolean {
  return kinds.includes(kind)
}

/** A dummy link to have. */
export interface Dummy {
  /** Interface name, 15 bytes at most. */
  readonly name: string
  /**
   * A second name to find it by, 127 bytes at most. A link of that name on the same bridge is taken for it, and gets the first one. Kernels
   * before 5.5 have no second names: it goes without.
   */
  readonly altName?: string
  readonly mac: string
  /** In bytes. */
  readonly mtu: number
  /** Name of the bridge whose port it is. */
  readonly master: string
}

/**
 * A dummy link, administratively up, as a port of a bridge: it gives the bridge a carrier and holds its MTU up when no
 * other port is there. Where the kernel has no dummy driver, an `ifb` link, which serves the same end, takes its place. Where the
 * first name is that of a port of another bridge, it goes by the second name alone.
 *
 * Reverting deletes it, unless it is a port of another bridge. A link of that name of another kind, or on another bridge,
 * is an EEXIST error.
 */
export function dummy({ name: first, altName: second, mac, mtu, master }: Dummy): Step<Netns, KernelError> {
  const names = (netns: Netns) => namesOf(netns, { first, second, master })
  return {
    name: `dummy ${first}`,
    apply: (netns, undo) =>
      names(netns).andThen(({ name, altName, isElsewhere }) => {
        const base = { name, mac, mtu, master, up: true }
        if (isElsewhere) {
          const message = `${name} exists and is a port of another bridge than ${master}`
          return errAsync(
            operationError({ do: 'add link', link: { kind: 'dummy', ...base } }, netns.path, 'EEXIST', message),
          )
        }
        return ensureEither(netns, { kind: 'dummy', ...base }, { kind: 'ifb', ...base }, undo).andThen(() =>
          altName === undefined ? okAsync() : ensureAltName(netns, name, altName, undo),
        )
      }),
    revert: (netns) =>
      names(netns)
        .andThen(({ name, isElsewhere }) => (isElsewhere ? okAsync(undefined) : netns.link(name)))
        .andThen((link) =>
          link !== undefined && isDummy(link) ? removeLink(netns, link.name) : okAsync<Reverted>('absent'),
        ),
  }
}

/** By which name the dummy link goes, and which one it is to have besides. */
function namesOf(
  netns: Netns,
  { first, second, master }: { readonly first: string; readonly second: string | undefined; readonly master: string },
): ResultAsync<
  { readonly name: string; readonly altName: string | undefined; readonly isElsewhere: boolean },
  KernelError
> {
  return safeTry(async function* () {
    const bridge = yield* netns.link(master)
    const found = yield* netns.link(first)
    const isElsewhere = found?.master !== undefined && found.master !== bridge?.index
    const usual = { name: first, altName: second, isElsewhere }
    const canBeFirst = second !== undefined && second.length <= longestLinkName
    if (!canBeFirst || (found !== undefined && !isElsewhere)) return ok(usual)
    const other = yield* netns.link(second)
    const isHere = other?.master !== undefined && other.master === bridge?.index
    if (isElsewhere && (isHere || other === undefined))
      return ok({ ...usual, name: second, altName: undefined, isElsewhere: false })
    return ok(isHere ? { ...usual, name: second, altName: first } : usual)
  })
}

/** Creates or converges a dummy link, or an ifb link where the kernel has no driver for those. */
export function ensureEither(
  netns: Netns,
  preferred: NewLink,
  substitute: NewLink,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return ensureLink(netns, preferred, kinds, undo).orElse((error) =>
    error.errno === 'EOPNOTSUPP' ? ensureLink(netns, substitute, kinds, undo) : errAsync(error),
  )
}

function ensureAltName(
  netns: Netns,
  name: string,
  altName: string,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return netns.link(name).andThen((link) => {
    if (link !== undefined && isNamed(link, altName)) return okAsync()
    const altname = { name, altName } as const
    const add = changeReversibly(netns, { do: 'add altname', ...altname }, { do: 'delete altname', ...altname }, undo)
    return add.orElse((error) => (error.errno === 'EOPNOTSUPP' ? okAsync() : errAsync(error)))
  })
}
