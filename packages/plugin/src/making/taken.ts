import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { err, errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Phase, Steps } from '../definition/phase.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { endpointsAmong, heldAddress } from '../endpoint/steps-of.ts'
import type { Failure } from '../errors/failure.ts'
import type { Observed } from '../observation/decide.ts'
import type { Scene } from '../observation/scene.ts'
import { readEndpoint } from '../records/endpoint-record.ts'

/** Refuses an ADD for an interface, or an endpoint, that exists. One that is unfinished counts as one, too. */
export function refuseExisting(
  { hostLink }: Scene,
  { ifName, containerId, netns }: Pick<Endpoint<unknown>, 'ifName' | 'containerId' | 'netns'>,
  inside: Link | undefined,
): ResultAsync<void, Failure> {
  if (inside !== undefined) return errAsync({ kind: 'interface exists', ifName, netns })
  if (hostLink !== undefined) return errAsync({ kind: 'endpoint elsewhere', ifName, containerId, netns })
  return okAsync()
}

/**
 * Refuses an ADD that would take over an interface (CNI specification, ADD): one of that name is an error, and so is an endpoint of
 * that identity, whatever has become of it. Only what an interrupted ADD of this very endpoint has left may be finished.
 */
export function refuseTaken<C, V, F extends OwnFailure>(
  { plugin, format }: Engine<C, V, F>,
  scene: Scene,
  container: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const { hostLink } = scene
    const inside = yield* container.link(endpoint.ifName)
    if (hostLink === undefined) return refuseExisting(scene, endpoint, inside)
    const record = readEndpoint(format, hostLink.alias)
    // Before the link gets its record nothing of it is up in the container.
    const isUnfinished =
      hostLink.alias === undefined
        ? inside === undefined || !inside.up
        : record?.isUnfinished !== undefined && record.network === endpoint.network && isFor(endpoint, record.addresses)
    if (!isUnfinished) return refuseExisting(scene, endpoint, inside)
    if (inside === undefined) return ok()
    const isPeer = hostLink.peer === inside.index && inside.peer === hostLink.index
    const asked = plugin.owns?.(container, endpoint)
    const isOwn = asked === undefined ? isPeer : yield* asked
    return isOwn ? ok() : refuseExisting(scene, endpoint, inside)
  })
}

/** Returns true if the recorded addresses are those of an endpoint, or had no room. */
function isFor({ ips }: Pick<Endpoint<unknown>, 'ips'>, addresses: readonly string[]): boolean {
  return addresses.length === 0 || addresses.join() === ips.map(({ address }) => address).join()
}

/**
 * Returns the steps of a phase. Those by which packets find the endpoint's addresses are not content with what there is already if
 * another endpoint has one of them: only then all links are looked at.
 */
export function stepsUnlessHeld<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { scene, view }: Observed<V>,
  endpoint: Endpoint<C>,
  { of, steps }: Phase,
): Steps {
  if (of !== 'reach') return steps
  return steps.map((step) => ({
    ...step,
    apply: (host, undo) => {
      let isNew = false
      const noted: typeof undo = (each) => {
        isNew = true
        undo(each)
      }
      const refuse = () => refuseHeld(engine, scene.network, view, endpoint, step.name)
      return step.apply(host, noted).andThen(() => (isNew ? okAsync() : refuse()))
    },
  }))
}

function refuseHeld<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  network: Netns,
  view: V,
  endpoint: Endpoint<C>,
  object: string,
): ResultAsync<void, KernelError> {
  return network.links().andThen((links) => {
    const held = heldAddress(endpoint, endpointsAmong(engine, links, endpoint, view))
    if (held === undefined) return ok()
    const message = engine.errors.describe({ kind: 'address in use', ...held })
    const during = { kind: 'kernel', operation: 'add', object, netns: network.path } as const
    return err<void, KernelError>({ ...during, errno: 'EADDRINUSE', message })
  })
}
