import { type KernelError, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import type { ResultAsync } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { lookAroundToRemove } from '../observation/look-around.ts'
import type { Removing } from '../observation/scene.ts'

/** What is known before a removal. */
export interface Observation<V> {
  readonly scene: Removing
  readonly view: V
}

/** Looks at the host before a removal. */
export function observeToRemove<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  outer: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<Observation<V>, Failure> {
  return lookAroundToRemove(engine, lookUpOnce(outer), endpoint).andThen((scene) =>
    observe(engine, scene, endpoint).map((view) => ({ scene, view })),
  )
}

export function observe<C, V, F extends OwnFailure>(
  { plugin }: Engine<C, V, F>,
  scene: Removing,
  endpoint: Endpoint<C>,
): ResultAsync<V, KernelError> {
  return plugin.observeRemoval?.(scene, endpoint) ?? plugin.observe(scene.network ?? scene.host, endpoint, scene)
}
