import type { CniError } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { newerLink } from '../records/endpoint-record.ts'
import { lookAround } from './look-around.ts'
import type { Making } from './scene.ts'

/** What was found for an endpoint that is to be made. */
export interface Observed<V> {
  readonly scene: Making
  readonly view: V
}

/**
 * Observes what an ADD would meet, and refuses what cannot be. Changes nothing.
 *
 * @param container its namespace; absent: the question is about the network alone
 * @param warn is told of what is odd
 */
export function decide<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
  container: Netns | undefined,
  warn?: (message: string) => void,
): ResultAsync<Observed<V>, Failure | F> {
  const { plugin, format } = engine
  return safeTry<Observed<V>, Failure | F>(async function* () {
    const scene = yield* lookAround(engine, host, endpoint, container)
    const view = yield* plugin.observe(scene.network, endpoint, scene)
    const newer = newerLink(format, [scene.hostLink, plugin.bridge?.(view).link])
    if (newer !== undefined) return err<Observed<V>, Failure>({ kind: 'newer record', link: newer.name })
    for (const text of plugin.warnings?.(view, endpoint) ?? []) warn?.(text)
    yield* obey(engine, view, endpoint)
    return ok({ scene, view })
  })
}

/** Asks the rules. A single failure that the table of errors has a row for is reported as such. */
function obey<C, V, F extends OwnFailure>(
  { plugin, errors }: Engine<C, V, F>,
  view: V,
  endpoint: Endpoint<C>,
): Result<void, Failure | F> {
  const broken = (plugin.rules ?? []).flatMap((rule) => rule(view, endpoint) ?? [])
  const [first, ...others] = broken
  if (first === undefined) return ok()
  if (others.length === 0 && hasRow(first)) return err(first)
  const reasons = broken.map((each) => (hasRow(each) ? errors.toCniError(each) : each))
  return err<void, Failure>({ kind: 'refused', reasons })
}

function hasRow<F extends OwnFailure>(reason: CniError | Failure | F): reason is Failure | F {
  return 'kind' in reason
}
