import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Step } from './step.ts'

/** Stands in for the real context in a dry run: a copy to work on, and the operations that it has recorded so far. */
export interface DryRun<C, O> {
  readonly context: C
  readonly operations: readonly O[]
}

/** The operations of one step. None: its thing exists already. */
export interface DryRunStep<O> {
  readonly step: string
  readonly operations: readonly O[]
}

/** The step that would fail, and its error. */
export interface DryRunError<E> {
  readonly kind: 'would fail'
  readonly step: string
  readonly cause: E
}

/**
 * Applies the steps to a copy of the state and returns the operations that each would still need. For steps that were applied before,
 * every such operation is a drift.
 *
 * @param steps in order
 * @param to the copy, and the list that operations on it are appended to
 */
export function dryRun<C, E, O>(
  steps: readonly Step<C, E>[],
  { context, operations }: DryRun<C, O>,
): ResultAsync<readonly DryRunStep<O>[], DryRunError<E>> {
  return safeTry<readonly DryRunStep<O>[], DryRunError<E>>(async function* () {
    const tried: DryRunStep<O>[] = []
    for (const step of steps) {
      const before = operations.length
      yield* step.apply(context, () => {}).mapErr((cause) => ({ kind: 'would fail' as const, step: step.name, cause }))
      tried.push({ step: step.name, operations: operations.slice(before) })
    }
    return ok(tried)
  })
}
