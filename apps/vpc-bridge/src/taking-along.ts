import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Reverted, Undone } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Steps } from './endpoint.ts'

type Step = Steps[number]

/**
 * A step that others go with: once it is undone or reverted, they are reverted. For what the kernel makes by itself of what a step
 * has made.
 */
export function takingAlong(step: Step, others: Steps): Step {
  return {
    ...step,
    apply: (netns, undo) => {
      let isFirst = true
      return step.apply(netns, (each) => {
        // What is recorded first is undone last.
        if (isFirst) {
          for (const { name, revert } of others) {
            undo({ what: name, run: () => revert(netns).map((): Undone => 'undone') })
          }
        }
        isFirst = false
        undo(each)
      })
    },
    revert: (netns) => revertAll(netns, [step, ...others]),
  }
}

/** Reverts steps in this order; the first one tells whether there was anything. */
function revertAll(netns: Netns, [first, ...others]: readonly [Step, ...Steps]): ResultAsync<Reverted, KernelError> {
  return safeTry<Reverted, KernelError>(async function* () {
    const reverted = yield* first.revert(netns)
    for (const { revert } of others) yield* revert(netns)
    return ok(reverted)
  })
}
