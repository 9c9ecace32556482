import type { ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import type { Operation } from './operation.ts'
import { passOn } from './pass-on.ts'

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
    ...passOn(netns),
    change: (operation) => interceptor(operation, netns, () => netns.change(operation)),
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
