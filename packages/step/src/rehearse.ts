import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { Step } from './step.ts'

/** Stands in for the real context in a rehearsal: a copy to work on, and the operations that it has recorded so far. */
export interface Rehearsal<C, O> {
  readonly context: C
  readonly operations: readonly O[]
}

/** What one step would do. No operations: what it brings about is there already (or, for a revert, already gone). */
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
export function rehearseApply<C, E, O>(
  steps: readonly Step<C, E>[],
  rehearsal: Rehearsal<C, O>,
): ResultAsync<readonly RehearsedStep<O>[], RehearseError<E>> {
  return new ResultAsync(walk(steps, rehearsal, (step) => step.apply(rehearsal.context, () => {})))
}

/**
 * Reverts the steps on a copy of the state, last step first, and tells what each would do.
 *
 * @param steps the list, in the order in which `apply` takes it
 * @param rehearsal the copy, and the list that operations on it are appended to
 */
export function rehearseRevert<C, E, O>(
  steps: readonly Step<C, E>[],
  rehearsal: Rehearsal<C, O>,
): ResultAsync<readonly RehearsedStep<O>[], RehearseError<E>> {
  return new ResultAsync(walk(steps.toReversed(), rehearsal, (step) => step.revert(rehearsal.context)))
}

async function walk<C, E, O>(
  steps: readonly Step<C, E>[],
  rehearsal: Rehearsal<C, O>,
  perform: (step: Step<C, E>) => ResultAsync<unknown, E>,
): Promise<Result<readonly RehearsedStep<O>[], RehearseError<E>>> {
  const rehearsed: RehearsedStep<O>[] = []
  for (const step of steps) {
    const before = rehearsal.operations.length
    const performed = await perform(step)
    if (performed.isErr()) return err({ kind: 'would fail', step: step.name, cause: performed.error })
    rehearsed.push({ step: step.name, operations: rehearsal.operations.slice(before) })
  }
  return ok(rehearsed)
}
