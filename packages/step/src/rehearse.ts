import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Step } from './step.ts'

/** Stands in for the real context in a rehearsal: a copy to work on, and the operations that it has recorded so far. */
export interface Rehearsal<C, O> {
  readonly context: C
  readonly operations: readonly O[]
}

/** What one step would do. No operations: what it brings about is there already. */
export interface RehearsedStep<O> {
  readonly step: string
  readonly operations: readonly O[]
}

/** The step that would fail, and why. */
export interface RehearseError<E> {
  readonly kind: 'would fail'
  readonly step: string
  readonly cause: E
}

/**
 * Applies the steps to a copy of the state and tells what each would do. For steps applied before, every operation left
 * is a drift from what they brought about; none at all means that all is well.
 *
 * @param steps what to bring about, in order
 * @param rehearsal the copy, and the list that operations on it are appended to
 */
export function rehearse<C, E, O>(
  steps: readonly Step<C, E>[],
  { context, operations }: Rehearsal<C, O>,
): ResultAsync<readonly RehearsedStep<O>[], RehearseError<E>> {
  return safeTry<readonly RehearsedStep<O>[], RehearseError<E>>(async function* () {
    const rehearsed: RehearsedStep<O>[] = []
    for (const step of steps) {
      const before = operations.length
      yield* step.apply(context, () => {}).mapErr((cause) => ({ kind: 'would fail' as const, step: step.name, cause }))
      rehearsed.push({ step: step.name, operations: operations.slice(before) })
    }
    return ok(rehearsed)
  })
}
