import {
  changeReversibly,
  type IpvlanMode,
  type KernelError,
  type Link,
  type MacvlanMode,
  type Netns,
  type NewUpper,
  openIfPresent,
  operationError,
} from '@vpc-bridge/kernel'
import type { RecordUndo, Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { Alias } from './alias.ts'
import { ensureSettings, removeLink } from './ensure-link.ts'

/** A link to have on top of another one, its parent, by which its packets leave. */
interface UpperLink {
  /** Interface name, 15 bytes at most. */
  readonly name: string
  /** Name of the parent. */
  readonly parent: string
  /** Path of the network namespace that it is in; absent: the one of its parent. */
  readonly netns?: string
  /** In bytes. Absent: that of its parent. */
  readonly mtu?: number
  /** Text that identifies it to later processes. */
  readonly alias?: Alias
}

/** A VLAN to have. */
export interface Vlan extends UpperLink {
  /** The tag of its frames, from 0 to 4094. */
  readonly id: number
  /** Absent: that of its parent. */
  readonly mac?: string
}

/**
 * A VLAN (IEEE 802.1Q), administratively up. It is created directly in its namespace under its name. ENETDOWN when its parent is
 * down, EEXIST when its parent has one of that number in whatever namespace.
 *
 * Reverting deletes it, if it is the VLAN of that number. A link of that name that is not is an EEXIST error.
 *
 * @see ip-link(8), type vlan
 */
export function vlan({ alias, ...link }: Vlan): Step<Netns, KernelError> {
  return upperLink({ kind: 'vlan', ...link }, alias, ({ vlanId }) => vlanId === link.id)
}

/** A macvlan to have: its parent sends and receives by several MAC addresses. */
export interface Macvlan extends UpperLink {
  readonly mode: MacvlanMode
  /** Absent: one that the kernel draws; of mode `passthru`, that of its parent. */
  readonly mac?: string
}

/**
 * A macvlan, administratively up, created directly in its namespace under its name.
 *
 * Reverting deletes it, if it is a macvlan. A link of that name that is not, or of another mode, is an EEXIST error.
 *
 * @see ip-link(8), type macvlan
 */
export function macvlan({ alias, ...link }: Macvlan): Step<Netns, KernelError> {
  return upperLink({ kind: 'macvlan', ...link }, alias, ({ mode }) => mode === link.mode)
}

/** A macvtap to have: a macvlan whose other end is a program, such as a virtual machine. */
export interface Macvtap extends Macvlan {
  /** Number of the user whose programs may open its device, `/dev/tapINDEX`. */
  readonly owner?: number
  /** Number of the group whose programs may. */
  readonly group?: number
}

/**
 * A macvtap, administratively up, created directly in its namespace under its name.
 *
 * Reverting deletes it, if it is a macvtap. A link of that name that is not, or of another mode, is an EEXIST error. The owner of the
 * device of one that is there is left as it is.
 *
 * @see ip-link(8), type macvtap
 */
export function macvtap({ alias, owner, ...link }: Macvtap): Step<Netns, KernelError> {
  const owned = owner === undefined ? {} : { owner }
  return upperLink({ kind: 'macvtap', ...link, ...owned }, alias, ({ mode }) => mode === link.mode)
}

/** An ipvlan to have: its parent sends and receives for several addresses. */
export interface Ipvlan extends UpperLink {
  readonly mode: IpvlanMode
}

/**
 * An ipvlan, administratively up, created directly in its namespace under its name.
 *
 * Reverting deletes it, if it is an ipvlan. A link of that name that is not, or of another mode, is an EEXIST error.
 *
 * @see https://docs.kernel.org/networking/ipvlan.html
 */
export function ipvlan({ alias, ...link }: Ipvlan): Step<Netns, KernelError> {
  return upperLink({ kind: 'ipvlan', ...link }, alias, ({ mode }) => mode === link.mode)
}

function upperLink(
  link: NewUpper,
  alias: Alias | undefined,
  isAsWanted: (found: Link) => boolean,
): Step<Netns, KernelError> {
  const { kind, name, netns } = link
  return {
    name: `${kind} ${name} on ${link.parent}${netns === undefined ? '' : ` in ${netns}`}`,
    apply: (home, undo) =>
      safeTry<void, KernelError>(async function* () {
        const far = netns === undefined ? home : yield* home.open(netns)
        const found = yield* far.link(name)
        if (found !== undefined && !(yield* isThis(home, far, link, found, isAsWanted)))
          return errAsync(notThis(home, link, found))
        if (found === undefined) yield* add(home, far, link, undo)
        const made = yield* far.link(name)
        if (made === undefined) return okAsync()
        const isInherited = kind === 'ipvlan' || (kind !== 'vlan' && link.mode === 'passthru')
        const mac = isInherited || !('mac' in link) ? undefined : link.mac
        return ensureSettings(far, made, { mac, mtu: link.mtu, alias, up: true }, undo)
      }),
    revert: (home) =>
      (netns === undefined ? okAsync(home) : openIfPresent(home, netns)).andThen((far) => {
        if (far === undefined) return okAsync<Reverted>('absent')
        return far
          .link(name)
          .andThen((found) =>
            found?.kind === kind && isAsWanted(found) ? removeLink(far, name) : okAsync<Reverted>('absent'),
          )
      }),
  }
}

function add(home: Netns, far: Netns, link: NewUpper, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return changeReversibly(home, { do: 'add link', link }, { do: 'delete link', name: link.name }, undo, far)
}

/** Whose parent a link in another namespace has, cannot be seen there. */
function isThis(
  home: Netns,
  far: Netns,
  { kind, parent }: NewUpper,
  found: Link,
  isAsWanted: (found: Link) => boolean,
): ResultAsync<boolean, KernelError> {
  if (found.kind !== kind || !isAsWanted(found)) return okAsync(false)
  return far.id === home.id ? home.link(parent).map((below) => below?.index === found.parent) : okAsync(true)
}

function notThis(home: Netns, link: NewUpper, { kind = 'physical' }: Link): KernelError {
  const what = link.kind === 'vlan' ? `VLAN ${link.id}` : `${link.kind} of mode ${link.mode}`
  const message = `${link.name} exists and is a ${kind} link, not the ${what} on ${link.parent}`
  return operationError({ do: 'add link', link }, home.path, 'EEXIST', message)
}
