import type { KernelError, Netns, Recorded } from '@vpc-bridge/kernel'
import type { Observe } from '@vpc-bridge/step'
import type { ResultAsync } from 'neverthrow'
import { dryRunOn } from '../comparing/dry-run.ts'

/** A step of a command that was tried. No changes: there is nothing left to do. */
export interface PlannedStep {
  readonly step: string
  readonly changes: readonly Recorded[]
}

/**
 * Performs a command on a copy of the host, so that it meets the same obstacles. Changes nothing.
 *
 * @param command performs it on the copy, and tells the observer of each step
 */
export function plan<E>(
  host: Netns,
  command: (copy: Netns, observe: Observe<KernelError>) => ResultAsync<unknown, E>,
): ResultAsync<readonly PlannedStep[], E | KernelError> {
  return dryRunOn(host).andThen(({ context, operations }) => {
    const steps: PlannedStep[] = []
    let done = 0
    const observe: Observe<KernelError> = (event) => {
      if (event.type !== 'applied' && event.type !== 'reverted') return
      steps.push({ step: event.step, changes: operations.slice(done) })
      done = operations.length
    }
    return command(context, observe).map(() => steps)
  })
}
