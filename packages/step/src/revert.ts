import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { Observe } from './progress.ts'
import type { Step } from './step.ts'

/** The things that {@link revert} could not remove; everything else is gone. */
export interface RevertError<E> {
  readonly kind: 'not removed'
  readonly failed: readonly { readonly step: string; readonly cause: E }[]
}

export interface RevertOptions<E> {
  readonly observe?: Observe<E>
}

/**
 * Removes what the steps bring about, last step first. Goes on past what is already gone, and past errors.
 *
 * @param steps the list, in the order in which {@link apply} takes it
 * @param context what each step works on
 * @returns nothing, once everything is gone; else {@link RevertError}
 */
export function revert<C, E>(
  steps: readonly Step<C, E>[],
  context: C,
  options: RevertOptions<E> = {},
): ResultAsync<void, RevertError<E>> {
  return new ResultAsync(walk(steps, context, options))
}

async function walk<C, E>(
  steps: readonly Step<C, E>[],
  context: C,
  options: RevertOptions<E>,
): Promise<Result<void, RevertError<E>>> {
  const { observe } = options
  const failed: { step: string; cause: E }[] = []
  const left = [...steps]
  try {
    for (let step = left.pop(); step !== undefined; step = left.pop()) {
      observe?.({ type: 'started', step: step.name })
      const reverted = await step.revert(context)
      if (reverted.isOk()) {
        observe?.({ type: 'reverted', step: step.name, outcome: reverted.value })
      } else {
        failed.push({ step: step.name, cause: reverted.error })
        observe?.({ type: 'failed', step: step.name, cause: reverted.error })
      }
    }
  } catch (bug) {
    // Only a bug throws. It must not leave a host half-way.
    await walk(left, context, options)
    throw bug
  }
  return failed.length === 0 ? ok() : err({ kind: 'not removed', failed })
}
