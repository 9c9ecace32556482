import { describeKernelError, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { hostVethName } from '@vpc-bridge/plugin'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { EndpointRecord } from './alias.ts'
import { type Endpoint, endpointSteps, type Steps } from './endpoint.ts'

/**
 * What the endpoints of a network have on the host's side, by their records: an ADD that finds the network incomplete makes it
 * anew for all of them, not for its own endpoint alone. The record of an endpoint with many addresses may have had no room for
 * them; then only its port is repaired.
 *
 * What cannot be repaired is told of, and is no error of the ADD. An endpoint that goes meanwhile takes what was repaired along.
 *
 * @param network any endpoint of it
 */
export function repairSteps(
  { mac: _, routes: __, ...network }: Endpoint,
  others: readonly EndpointRecord[],
  warn: ((message: string) => void) | undefined,
): Steps {
  return others.flatMap((other) => {
    const { hostEnd, endpoint } = endpointSteps({ ...network, netns: '', ...other })
    const isThere = (host: Netns) =>
      (network.bridgeNetns === undefined ? okAsync(host) : host.open(network.bridgeNetns))
        .andThen((site) => site.link(hostVethName(other)))
        .map((link) => link !== undefined)
    return [...hostEnd, ...endpoint].map((step) => ({
      ...step,
      apply: (host, undo) =>
        whileThere(host, step, isThere, undo).orElse((error) => {
          warn?.(`${step.name}, of ${other.ifName} of container ${other.containerId}: ${describeKernelError(error)}`)
          return okAsync()
        }),
    }))
  })
}

/** Applies a step of an endpoint that may be removed at the same time: then nothing must be left of it. */
function whileThere(
  host: Netns,
  step: Steps[number],
  isThere: (host: Netns) => ResultAsync<boolean, KernelError>,
  undo: Parameters<Steps[number]['apply']>[1],
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    if (!(yield* isThere(host))) return ok()
    yield* step.apply(host, undo)
    if (!(yield* isThere(host))) yield* step.revert(host)
    return ok()
  })
}
