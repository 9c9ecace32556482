import { okAsync, type ResultAsync } from 'neverthrow'
import type { Step } from './step.ts'

/** Returns a step that is only reverted: for what is not made any more, and may have been made before. */
export function onlyReverted<C, E>(step: Step<C, E>): Step<C, E> {
  return { ...step, apply: () => okAsync() }
}

/** Returns a step that is reverted where a condition holds: for a thing whose name may be that of somebody else's. */
export function revertedIf<C, E>(step: Step<C, E>, isOwn: (context: C) => ResultAsync<boolean, E>): Step<C, E> {
  return {
    ...step,
    revert: (context) => isOwn(context).andThen((isIt) => (isIt ? step.revert(context) : okAsync('absent' as const))),
  }
}
