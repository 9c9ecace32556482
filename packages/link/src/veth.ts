import { type KernelError, type Netns, type NewLink, operationError } from '@vpc-bridge/kernel'
import type { RecordUndo, Step } from '@vpc-bridge/step'
import { errAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type Alias, textOf } from './alias.ts'
import { addLink, ensureSettings, removeLink } from './converge.ts'

/** A veth pair to have: a virtual Ethernet cable, here between two network namespaces. */
export interface Veth {
  /** Interface name of the near end, 15 bytes at most. */
  readonly name: string
  readonly mac?: string
  /** Of both ends, in bytes. */
  readonly mtu?: number
  /** Name of the bridge whose port the near end is. */
  readonly master?: string
  /** Text on the near end that identifies the pair to later processes. */
  readonly alias?: Alias
  readonly peer: VethPeer
}

/** The far end of the pair. */
export interface VethPeer {
  /** Interface name of the far end, 15 bytes at most. */
  readonly name: string
  /** Path of its network namespace, such as `/run/netns/blue`. */
  readonly netns: string
  readonly mac?: string
}

/**
 * A veth pair, both ends administratively up. The far end is created directly in its namespace under its final name:
 * moving or renaming it there would cost a wait of 10 to 20 ms each.
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
    const far = yield* netns.open(pair.peer.netns)
    const near = yield* netns.link(pair.name)
    const distant = yield* far.link(pair.peer.name)
    const { mac, mtu, master, alias, peer } = pair
    if (near === undefined && distant === undefined) {
      // Whatever comes after the creation is taken back with it.
      yield* addLink(netns, newLink(pair), undo)
      if (alias !== undefined) yield* netns.change({ do: 'set link', name: pair.name, set: { alias: textOf(alias) } })
      return far.change({ do: 'set link', name: peer.name, set: { up: true } })
    }
    if (near === undefined || distant === undefined || near.peer !== distant.index || distant.peer !== near.index) {
      return errAsync(notThePair(netns, pair, near === undefined))
    }
    yield* ensureSettings(netns, near, { mac, mtu, master, alias, up: true }, undo)
    return ensureSettings(far, distant, { mac: peer.mac, mtu, up: true }, undo)
  })
}

function notThePair(netns: Netns, pair: Veth, nearIsFree: boolean): KernelError {
  const there = nearIsFree ? `${pair.peer.name} in ${pair.peer.netns}` : pair.name
  const message = `${there} exists and is not an end of the pair ${pair.name} – ${pair.peer.name}`
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
