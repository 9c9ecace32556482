import { type KernelError, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { apply } from '@vpc-bridge/step'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Phase, Steps } from '../definition/phase.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { isSameEndpoint } from '../endpoint/names.ts'
import { type EndpointSteps, endpointsAmong, stepsOf } from '../endpoint/steps-of.ts'
import { refuseLongId } from '../endpoint/to-endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { isComplete } from '../making/is-complete.ts'
import { repairSteps } from '../making/repair.ts'
import { refuseExisting, refuseTaken, stepsUnlessHeld } from '../making/taken.ts'
import { decide, type Observed } from '../observation/decide.ts'
import { openPlace } from '../observation/look-around.ts'
import { openContainer } from '../observation/open-container.ts'
import { type Held, type Waiting, withLock } from './lock.ts'
import type { WalkOptions } from './walk-options.ts'

/**
 * Refuses an ADD for what is known before its addresses are. An unfinished endpoint counts as one: the addresses that an IPAM
 * plugin gave for it are not for another ADD to release. Changes nothing.
 */
export function refuseBeforehand<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  outer: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, Failure | F> {
  const host = lookUpOnce(outer)
  return safeTry<void, Failure | F>(async function* () {
    yield* refuseLongId(engine, endpoint)
    const container = yield* openContainer(host, endpoint.netns)
    const { scene } = yield* decide(engine, host, endpoint, container)
    return refuseExisting(scene, endpoint, yield* container.link(endpoint.ifName))
  })
}

/**
 * Makes an endpoint, and what its network lacks: on an existing network under the shared lock, so that ADDs run in parallel.
 * When it fails, everything is as it was before.
 *
 * @returns what it was made by
 */
export function add<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  outer: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<Observed<V>, Failure | F> {
  const host = lookUpOnce(outer)
  const warn = once(options.warn)
  const begin = () =>
    safeTry<Begun<V>, Failure | F>(async function* () {
      const container = yield* openContainer(host, endpoint.netns)
      const observed = yield* decide(engine, host, endpoint, container, warn)
      yield* refuseLongId(engine, endpoint)
      yield* refuseTaken(engine, observed.scene, container, endpoint)
      const steps = stepsOf(engine, observed.view, endpoint, observed.scene.networkPath)
      return ok({ ...observed, steps: options.leaveUnfinished ? { ...steps, finish: [] } : steps })
    })
  const isNetworkComplete = ({ steps }: Begun<V>) => isComplete(steps.shared.flat(), host, options.observe)
  const addToExistingNetwork = ({ release }: Held) =>
    safeTry<Begun<V> | undefined, Failure | F>(async function* () {
      if (yield* isMissing(engine, host, endpoint)) return ok(undefined)
      const begun = yield* begin()
      if (!(yield* isNetworkComplete(begun))) return ok(undefined)
      yield* apply(ownOf(engine, begun, endpoint, release), host, options)
      return ok(begun)
    })
  const createNetwork = ({ release }: Held) =>
    safeTry<Begun<V>, Failure | F>(async function* () {
      const begun = yield* begin()
      // Others may have made it in the meantime.
      const walk = (yield* isNetworkComplete(begun))
        ? ownOf(engine, begun, endpoint, release)
        : yield* makingAnew(engine, begun, endpoint, warn)
      yield* apply(walk, host, options)
      return ok(begun)
    })
  return withLock(host, 'shared', addToExistingNetwork, options).andThen((added) =>
    added === undefined ? withLock(host, 'exclusive', createNetwork, options) : ok(added),
  )
}

/** Returns true if it can be seen at a glance that there is no network. */
function isMissing<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<boolean, KernelError> {
  const { exists, place } = engine.plugin
  if (exists === undefined) return okAsync(false)
  return openPlace(host, place?.(endpoint.config))
    .andThen(({ network }) => (network === undefined ? okAsync(true) : exists(network, endpoint, host)))
    .map((found) => !found)
}

/** An ADD that nothing speaks against. */
interface Begun<V> extends Observed<V> {
  readonly steps: EndpointSteps
}

/** Returns the steps of an endpoint whose network lacks something, which is made for the others on it, too. */
function makingAnew<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  begun: Begun<V>,
  endpoint: Endpoint<C>,
  warn: (message: string) => void,
): ResultAsync<Steps, Failure> {
  const { scene, view, steps } = begun
  return safeTry<Steps, Failure>(async function* () {
    const records = endpointsAmong(engine, yield* scene.network.links(), endpoint, view)
    const others = records.filter((record) => !isSameEndpoint(record, endpoint))
    const own = ownOf(engine, begun, endpoint)
    if (others.length === 0) return ok([...steps.shared.flat(), ...own])
    const wider = { ...scene, others }
    const observed = { scene: wider, view: yield* engine.plugin.observe(scene.network, endpoint, wider) }
    const { shared } = stepsOf(engine, observed.view, endpoint, scene.networkPath)
    return ok([...shared.flat(), ...repairSteps(engine, observed, endpoint, warn), ...own])
  })
}

/**
 * Returns the steps of what is an endpoint's own.
 *
 * @param release lets go of the lock: once the first step has made the link with the record, no other process takes the network away
 */
function ownOf<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { steps: { own, finish }, ...observed }: Begun<V>,
  endpoint: Endpoint<C>,
  release?: Held['release'],
): Steps {
  const toSteps = (phase: Phase) => stepsUnlessHeld(engine, observed, endpoint, phase)
  const steps = [...own.flatMap(toSteps), ...finish]
  const [first, ...others] = steps
  if (first === undefined || release === undefined) return steps
  return [{ ...first, apply: (...args) => first.apply(...args).andTee(release) }, ...others]
}

/** Tells each message once: the work may be begun under the shared and then under the exclusive lock. */
function once(warn: Waiting['warn']): (message: string) => void {
  const told = new Set<string>()
  return (message) => {
    if (!told.has(message)) warn?.(message)
    told.add(message)
  }
}
