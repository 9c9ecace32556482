import type { KernelError } from '@vpc-bridge/kernel'
import type { Drift, ShownRecord } from '@vpc-bridge/plugin'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { toCommand } from '../command-for.ts'
import { downDrift } from './down-drift.ts'
import type { Drawing } from './drawing.ts'
import type { ContainerEnd, Endpoint, Network, Observation } from './model.ts'
import type { Near, Observer, Surroundings } from './observe.ts'
import { lostNamespace, observeEndpoint } from './observe-endpoint.ts'

/** Draws networks of which nothing is known but their endpoints. */
export const plainDrawing: Drawing<Network> = { title: () => '', shared: () => ({}) }

/**
 * Observes a plugin of which nothing is known but the records of its endpoints. As drift counts what differs from the record, and
 * what is down: the rest depends on the configuration, which `check` compares.
 */
export function recordObserver(
  readEndpoint: (alias: string | undefined) => ShownRecord | undefined,
): Observer<Network, ShownRecord> {
  return { readEndpoint, observe: observeByRecords }
}

function observeByRecords(around: Surroundings): ResultAsync<Observation, KernelError> {
  return safeTry<Observation, KernelError>(async function* () {
    const endpoints: Endpoint[] = []
    for (const near of around.nears)
      endpoints.push(
        yield* observeEndpoint(around, near, { driftOf: async (_, __, end) => driftOf(around, near, end) }),
      )
    const { place } = around
    const names = [...new Set(endpoints.map(({ network }) => network))]
    const networks = names.map((name) => ({
      name,
      ...(place === undefined ? {} : { netns: place }),
      endpoints: endpoints.filter(({ network }) => network === name),
      drift: [],
    }))
    return ok({ networks, strays: [] })
  })
}

function driftOf(around: Surroundings, { link, record }: Near, end: ContainerEnd | undefined): readonly Drift[] {
  const unfinished = record.isUnfinished ? [{ what: 'its add has not come to its end' }] : []
  const hostEnd = link.up ? [] : [downDrift(link.name, around.place?.path)]
  if (end === undefined) return [...unfinished, lostNamespace(around), ...hostEnd]
  const { path } = end.netns
  const missing = record.addresses
    .filter((address) => !end.addresses.includes(address))
    .map((address) => ({
      what: `in the container the address ${address} is missing on ${end.name}`,
      link: end.name,
      repair: toCommand({ do: 'add address', address: { dev: end.name, address } }, path),
    }))
  return [...unfinished, ...hostEnd, ...(end.up ? [] : [downDrift(end.name, path, 'in the container ')]), ...missing]
}
