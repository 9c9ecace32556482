import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Reverted, Step, Undone } from './step.ts'

/**
 * Returns a step that others go with: once it is undone or reverted, they are reverted. For what the system makes by itself of
 * what a step has made.
 */
export function takingAlong<C, E>(step: Step<C, E>, others: readonly Step<C, E>[]): Step<C, E> {
  return {
    ...step,
    apply: (context, undo) => {
      let isFirst = true
      return step.apply(context, (each) => {
        // The first record is undone last.
        if (isFirst) {
          for (const { name, revert } of others) {
            undo({ what: name, run: () => revert(context).map((): Undone => 'undone') })
          }
        }
        isFirst = false
        undo(each)
      })
    },
    revert: (context) => revertAll(context, step, others),
  }
}

/** Reverts steps in this order; the first one tells whether anything was there. */
function revertAll<C, E>(context: C, first: Step<C, E>, others: readonly Step<C, E>[]): ResultAsync<Reverted, E> {
  return safeTry<Reverted, E>(async function* () {
    const reverted = yield* first.revert(context)
    for (const { revert } of others) yield* revert(context)
    return ok(reverted)
  })
}
