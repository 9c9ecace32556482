import { describeKernelError, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import type { Steps } from '../definition/phase.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { recordedEndpoint } from '../endpoint/to-endpoint.ts'
import type { Observed } from '../observation/decide.ts'

/**
 * Returns the steps of what other endpoints of a network have on the host, by their records: an ADD that finds the network incomplete
 * makes it anew for all of them. What cannot be repaired is told of, and is no error of the ADD. An endpoint that goes meanwhile
 * takes what was repaired along.
 *
 * @param endpoint any endpoint of the network
 */
export function repairSteps<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  { scene: { network, others }, view }: Observed<V>,
  endpoint: Endpoint<C>,
  warn: ((message: string) => void) | undefined,
): Steps {
  return others.flatMap((record) => {
    const other = recordedEndpoint(engine, endpoint, record)
    const isPresent = () => network.link(other.hostLink.name).map((link) => link !== undefined)
    return (engine.plugin.repair?.(view, other) ?? []).map((step) => ({
      ...step,
      apply: (host, undo) =>
        whilePresent(host, step, isPresent, undo).orElse((error) => {
          warn?.(`${step.name}, of ${record.ifName} of container ${record.containerId}: ${describeKernelError(error)}`)
          return okAsync()
        }),
    }))
  })
}

/** Applies a step of an endpoint that may be removed at the same time: then nothing must be left of it. */
function whilePresent(
  host: Netns,
  step: Step<Netns, KernelError>,
  isPresent: () => ResultAsync<boolean, KernelError>,
  undo: Parameters<Steps[number]['apply']>[1],
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    if (!(yield* isPresent())) return ok()
    yield* step.apply(host, undo)
    if (!(yield* isPresent())) yield* step.revert(host)
    return ok()
  })
}
