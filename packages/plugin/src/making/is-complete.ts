import { intercept, type KernelError, type Netns, operationError } from '@vpc-bridge/kernel'
import { type ApplyError, apply, type Observe, type Progress } from '@vpc-bridge/step'
import { errAsync, ok, ResultAsync } from 'neverthrow'
import type { Steps } from '../definition/phase.ts'

/** Returns true if the steps have nothing to do: then their progress is told, else nobody hears of them. Changes nothing. */
export function isComplete(
  steps: Steps,
  host: Netns,
  observe: Observe<KernelError> | undefined,
): ResultAsync<boolean, ApplyError<KernelError>> {
  const events: Progress<KernelError>[] = []
  let isChangeNeeded = false
  const readOnly = intercept(host, (operation, where) => {
    isChangeNeeded = true
    return errAsync(operationError(operation, where.path, 'EROFS', 'other processes may be using it'))
  })
  // Nothing is changed that could be taken back: the walk that follows hears of an interruption.
  const applied = apply(steps, readOnly, { observe: (event) => events.push(event) })
  return ResultAsync.fromSafePromise(applied).andThen((result) => {
    if (isChangeNeeded) return ok(false)
    for (const event of events) observe?.(event)
    return result.map(() => true)
  })
}
