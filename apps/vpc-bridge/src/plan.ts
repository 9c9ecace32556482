import type { KernelError, Netns, Recorded } from '@vpc-bridge/kernel'
import { dryRunOn } from '@vpc-bridge/plugin'
import type { Clock } from '@vpc-bridge/runtime'
import type { Observe } from '@vpc-bridge/step'
import type { ResultAsync } from 'neverthrow'
import { add } from './add.ts'
import type { Attachment } from './attachment.ts'
import { del } from './del.ts'
import type { Failure } from './failure.ts'

/** What one step of a command would do. No changes: there is nothing left to do. */
export interface PlannedStep {
  readonly step: string
  readonly changes: readonly Recorded[]
}

/** What ADD would do: it is performed on a copy, so that it meets the same obstacles. */
export function planAdd(
  host: Netns,
  attachment: Attachment,
  clock: Clock,
): ResultAsync<readonly PlannedStep[], Failure> {
  return planned(host, (copy, observe) => add(copy, attachment, { clock, observe }))
}

/** What DEL would do. */
export function planDel(
  host: Netns,
  attachment: Attachment,
  clock: Clock,
): ResultAsync<readonly PlannedStep[], Failure> {
  return planned(host, (copy, observe) => del(copy, attachment, { clock, observe }))
}

function planned(
  host: Netns,
  command: (copy: Netns, observe: Observe<KernelError>) => ResultAsync<unknown, Failure>,
): ResultAsync<readonly PlannedStep[], Failure> {
  return dryRunOn(host)
    .mapErr((error): Failure => error)
    .andThen(({ context, operations }) => {
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
