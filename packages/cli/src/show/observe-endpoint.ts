import type { KernelError } from '@vpc-bridge/kernel'
import { hostPrefix } from '@vpc-bridge/kernel/ip'
import type { Drift, ShownRecord } from '@vpc-bridge/plugin'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { containerEndOf, type FarEnd, farEndOf } from './far-ends.ts'
import { interfaceOf } from './interface.ts'
import type { ContainerEnd, Endpoint } from './model.ts'
import type { Near, Surroundings } from './observe.ts'

/** What a plugin knows of an endpoint. */
export interface Known<R extends ShownRecord> {
  /** Names that the end in the container may have beside that of the interface. */
  readonly farNames?: readonly string[]
  /** True if the host's end is a port of what the endpoints share; absent where it is not to be one. */
  readonly isPort?: boolean
  /** Tells the drift of an endpoint; the ends are absent if no path leads to its namespace. */
  readonly driftOf: (near: Near<R>, farEnd?: FarEnd, end?: ContainerEnd) => Promise<readonly Drift[]>
}

/** Tells what there is of an endpoint, on the host and in its container, with its record. */
export function observeEndpoint<R extends ShownRecord>(
  { place, routes, farEnds }: Surroundings<R>,
  near: Near<R>,
  { farNames = [], isPort, driftOf }: Known<R>,
): ResultAsync<R & Endpoint, KernelError> {
  const { link, record } = near
  return safeTry<R & Endpoint, KernelError>(async function* () {
    const farEnd = farEndOf(record, link, farEnds.ends, [record.ifName, ...farNames])
    const containerEnd = farEnd === undefined ? undefined : yield* containerEndOf(farEnd)
    const own = new Set(record.addresses.map(hostPrefix))
    const hostRoutes = routes
      .filter(({ destination }) => own.has(destination))
      .map(({ destination, dev }) => ({ destination, dev }))
    return ok({
      ...record,
      ...(place === undefined ? {} : { site: place }),
      hostEnd: interfaceOf(link),
      ...(isPort === undefined ? {} : { isPort }),
      hostRoutes,
      ...(containerEnd === undefined ? {} : { containerEnd }),
      drift: await driftOf(near, containerEnd === undefined ? undefined : farEnd, containerEnd),
    })
  })
}

/** The drift of an endpoint to whose namespace no path leads. */
export function lostNamespace({ farEnds }: Pick<Surroundings, 'farEnds'>): Drift {
  return farEnds.isForbidden
    ? { what: 'its namespace cannot be looked into: run this as root' }
    : { what: 'its namespace is gone, or no path leads to it' }
}
