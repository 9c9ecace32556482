import { changeReversibly, type KernelError, type Netns, type NewLink } from '@vpc-bridge/kernel'
import type { RecordUndo, Step } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
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
 * Reverting deletes it. A link of that name of another kind is an EEXIST error.
 */
export function dummy({ name, altName, mac, mtu, master }: Dummy): Step<Netns, KernelError> {
  const base = { name, mac, mtu, master, up: true }
  return {
    name: `dummy ${name}`,
    apply: (netns, undo) =>
      ensureEither(netns, { kind: 'dummy', ...base }, { kind: 'ifb', ...base }, undo).andThen(() =>
        altName === undefined ? okAsync() : ensureAltName(netns, name, altName, undo),
      ),
    revert: (netns) => removeLink(netns, name),
  }
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
