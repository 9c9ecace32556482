import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { despiteBug } from './despite-bug.ts'
import type { Observe } from './progress.ts'
import type { Step, Undo } from './step.ts'

/** How taking back the changes of a failed walk went. */
export interface Rollback<E> {
  /** What was taken back, in the order it was done (the reverse of the order in which it was changed). */
  readonly undone: readonly string[]
  /** What could not be taken back, and why. Empty when the state is as it was before. */
  readonly failed: readonly { readonly what: string; readonly cause: E }[]
}

/** Why {@link apply} did not complete, and what the rollback made of it. */
export type ApplyError<E> =
  | { readonly kind: 'step failed'; readonly step: string; readonly cause: E; readonly rollback: Rollback<E> }
  | { readonly kind: 'interrupted'; readonly reason: unknown; readonly rollback: Rollback<E> }

export interface ApplyOptions<E> {
  /** When it aborts, the running step is finished and everything is rolled back. */
  readonly signal?: AbortSignal
  readonly observe?: Observe<E>
}

/**
 * Applies the steps in order. When one fails, or the signal aborts, takes back in reverse order exactly what this call
 * has changed. An error during the rollback is collected, and the rollback goes on.
 *
 * @param steps what to bring about, in order
 * @param context what each step works on
 * @returns nothing, once every step is applied; else {@link ApplyError}
 */
export function apply<C, E>(
  steps: readonly Step<C, E>[],
  context: C,
  options: ApplyOptions<E> = {},
): ResultAsync<void, ApplyError<E>> {
  return new ResultAsync(walk(steps, context, options))
}

async function walk<C, E>(
  steps: readonly Step<C, E>[],
  context: C,
  { signal, observe }: ApplyOptions<E>,
): Promise<Result<void, ApplyError<E>>> {
  const undos: Undo<E>[] = []
  for (const step of steps) {
    // A step may have waited for nothing, and then nobody had a chance to abort.
    if (signal !== undefined) await eventsHandled()
    if (signal?.aborted) break
    observe?.({ type: 'started', step: step.name })
    const start = performance.now()
    const before = undos.length
    const applied = await despiteBug(
      () => step.apply(context, (undo) => undos.push(undo)),
      () => rollBack(undos, observe),
    )
    const duration = performance.now() - start
    if (applied.isErr()) {
      observe?.({ type: 'failed', step: step.name, cause: applied.error, duration })
      const rollback = await rollBack(undos, observe)
      return err({ kind: 'step failed', step: step.name, cause: applied.error, rollback })
    }
    observe?.({ type: 'applied', step: step.name, changed: undos.length > before, duration })
  }
  if (signal !== undefined) await eventsHandled()
  if (signal?.aborted) {
    observe?.({ type: 'interrupted' })
    return err({ kind: 'interrupted', reason: signal.reason, rollback: await rollBack(undos, observe) })
  }
  return ok()
}

/** A turn of the event loop, in which handlers of process signals are run. */
function eventsHandled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function rollBack<E>(undos: readonly Undo<E>[], observe: Observe<E> | undefined): Promise<Rollback<E>> {
  const undone: string[] = []
  const failed: { what: string; cause: E }[] = []
  const left = [...undos]
  for (;;) {
    const undo = left.pop()
    if (undo === undefined) break
    const { what, run } = undo
    const start = performance.now()
    const result = await despiteBug(run, () => rollBack(left, observe))
    const duration = performance.now() - start
    if (result.isOk()) {
      undone.push(what)
      observe?.({ type: 'undone', what, duration })
    } else {
      failed.push({ what, cause: result.error })
      observe?.({ type: 'undo failed', what, cause: result.error, duration })
    }
  }
  return { undone, failed }
}
