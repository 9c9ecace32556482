import { changeReversibly, type KernelError, type Netns, type NewLink, operationError } from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import { ensureLink, removeLink } from './converge.ts'

/** A dummy link to have. */
export interface Dummy {
  /** Interface name, 15 bytes at most. */
  readonly name: string
  /** A second name to find it by, 127 bytes at most. */
  readonly altName?: string
  readonly mac: string
  /** In bytes. */
  readonly mtu: number
  /** Name of the bridge whose port it is. */
  readonly master: string
}

/**
 * A dummy link, administratively up, as a port of a bridge: it gives the bridge a carrier and holds its MTU up when no
 * other port is there. Where the kernel has no dummy driver, an `ifb` link, which serves the same end, takes its place.
 *
 * Reverting deletes it, unless it is a port of another bridge. A link of that name of another kind, or on another bridge,
 * is an EEXIST error.
 */
export function dummy({ name, altName, mac, mtu, master }: Dummy): Step<Netns, KernelError> {
  const base = { name, mac, mtu, master, up: true }
  return {
    name: `dummy ${name}`,
    apply: (netns, undo) =>
      isElsewhere(netns, name, master)
        .andThen((elsewhere) => {
          if (!elsewhere) return okAsync()
          const message = `${name} exists and is a port of another bridge than ${master}`
          return errAsync(
            operationError({ do: 'add link', link: { kind: 'dummy', ...base } }, netns.path, 'EEXIST', message),
          )
        })
        .andThen(() => ensureEither(netns, { kind: 'dummy', ...base }, { kind: 'ifb', ...base }, undo))
        .andThen(() => (altName === undefined ? okAsync() : ensureAltName(netns, name, altName, undo))),
    revert: (netns) =>
      isElsewhere(netns, name, master).andThen((elsewhere) =>
        elsewhere ? okAsync<Reverted>('absent') : removeLink(netns, name),
      ),
  }
}

/** Whether a link is a port, but not of that bridge. */
function isElsewhere(netns: Netns, name: string, master: string): ResultAsync<boolean, KernelError> {
  return ResultAsync.combine([netns.link(name), netns.link(master)]).map(
    ([link, bridge]) => link?.master !== undefined && link.master !== bridge?.index,
  )
}

function ensureEither(
  netns: Netns,
  preferred: NewLink,
  substitute: NewLink,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  const kinds = [preferred.kind, substitute.kind]
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
    if (link?.altNames.includes(altName)) return okAsync()
    const altname = { name, altName } as const
    return changeReversibly(netns, { do: 'add altname', ...altname }, { do: 'delete altname', ...altname }, undo)
  })
}
