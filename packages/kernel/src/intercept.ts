import type { ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import type { Operation } from './operation.ts'

/**
 * Called in place of each change.
 *
 * @param operation what is to be done
 * @param netns the unwrapped handle it is to be done in
 * @param proceed performs it
 */
export type Interceptor = (
  operation: Operation,
  netns: Netns,
  proceed: () => ResultAsync<void, KernelError>,
) => ResultAsync<void, KernelError>

/** A handle like the given one whose changes, and those of the handles opened through it, go through the interceptor. */
export function intercept(netns: Netns, interceptor: Interceptor): Netns {
  return {
    path: netns.path,
    id: netns.id,
    link: (name) => netns.link(name),
    links: (query) => netns.links(query),
    addresses: (dev) => netns.addresses(dev),
    routes: (query) => netns.routes(query),
    rejectRoutes: (family) => netns.rejectRoutes(family),
    rules: (family) => netns.rules(family),
    neighbours: (dev) => netns.neighbours(dev),
    neighbour: (dev, address) => netns.neighbour(dev, address),
    macTranslation: (dev) => netns.macTranslation(dev),
    masquerade: (name) => netns.masquerade(name),
    forwardDropper: (packet) => netns.forwardDropper(packet),
    sysctl: (path) => netns.sysctl(path),
    change: (operation) => interceptor(operation, netns, () => netns.change(operation)),
    tryLock: (mode, name) => netns.tryLock(mode, name),
    tryFileLock: (mode) => netns.tryFileLock(mode),
    open: (path) => netns.open(path).map((opened) => intercept(opened, interceptor)),
  }
}

/** A change that was made, and where. */
export interface Recorded {
  /** Path of the namespace. */
  readonly netns: string
  readonly operation: Operation
}

/** A handle like the given one that also notes each change that succeeded, in order, in `operations`. */
export function record(netns: Netns): { readonly context: Netns; readonly operations: readonly Recorded[] } {
  const operations: Recorded[] = []
  const context = intercept(netns, (operation, where, proceed) =>
    proceed().map(() => {
      operations.push({ netns: where.path, operation })
    }),
  )
  return { context, operations }
}
