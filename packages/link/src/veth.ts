import { type KernelError, type Netns, type NewLink, operationError } from '@vpc-bridge/kernel'
import type { RecordUndo, Step } from '@vpc-bridge/step'
import { errAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type Alias, textOf } from './alias.ts'
import { addLink, ensureSettings, removeLink } from './ensure-link.ts'

/** A veth pair that is wanted: a virtual Ethernet cable, here between two network namespaces. */
export interface Veth {
  /** Interface name of this end, 15 bytes at most. */
  readonly name: string
  readonly mac?: string
  /** Of both ends, in bytes. */
  readonly mtu?: number
  /** Name of the bridge whose port this end is. */
  readonly master?: string
  /** Text on this end that identifies the pair to later processes. */
  readonly alias?: Alias
  readonly peer: VethPeer
}

/** The other end of the pair. */
export interface VethPeer {
  /** Interface name of that end, 15 bytes at most. */
  readonly name: string
  /** Path of its network namespace, such as `/run/netns/blue`. */
  readonly netns: string
  readonly mac?: string
}

/**
 * A veth pair, both ends administratively up. The peer is created directly in its namespace under its final name: to move or to rename it
 * would cost a wait of 10 to 20 ms each.
 *
 * Reverting deletes both ends. An interface of either name that is not an end of this pair is an EEXIST error.
 *
 * @see veth(4)
 */
export function veth(pair: Veth): Step<Netns, KernelError> {
  const { name, peer } = pair
  return {
    name: `veth ${name} with ${peer.name} in ${peer.netns}`,
    apply: (netns, undo) => ensurePair(netns, pair, undo),
    revert: (netns) => removeLink(netns, name),
  }
}

function ensurePair(netns: Netns, pair: Veth, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const peerNetns = yield* netns.open(pair.peer.netns)
    const end = yield* netns.link(pair.name)
    const peerEnd = yield* peerNetns.link(pair.peer.name)
    const { mac, mtu, master, alias, peer } = pair
    if (end === undefined && peerEnd === undefined) {
      // The undo of the creation takes back all that comes after it.
      yield* addLink(netns, newLink(pair), undo)
      if (alias !== undefined) yield* netns.change({ do: 'set link', name: pair.name, set: { alias: textOf(alias) } })
      return peerNetns.change({ do: 'set link', name: peer.name, set: { up: true } })
    }
    if (end === undefined || peerEnd === undefined || end.peer !== peerEnd.index || peerEnd.peer !== end.index) {
      return errAsync(notThePair(netns, pair, end === undefined))
    }
    yield* ensureSettings(netns, end, { mac, mtu, master, alias, up: true }, undo)
    return ensureSettings(peerNetns, peerEnd, { mac: peer.mac, mtu, up: true }, undo)
  })
}

function notThePair(netns: Netns, pair: Veth, isNameFree: boolean): KernelError {
  const found = isNameFree ? `${pair.peer.name} in ${pair.peer.netns}` : pair.name
  const message = `${found} exists and is not an end of the pair ${pair.name} – ${pair.peer.name}`
  return operationError({ do: 'add link', link: newLink(pair) }, netns.path, 'EEXIST', message)
}

function newLink({ name, mac, mtu, master, peer }: Veth): NewLink {
  return {
    kind: 'veth',
    name,
    ...(mac === undefined ? {} : { mac }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(master === undefined ? {} : { master }),
    up: true,
    peer: { ...peer, ...(mtu === undefined ? {} : { mtu }) },
  }
}
