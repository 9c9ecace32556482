import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { despiteBug } from './despite-bug.ts'
import type { Observe } from './progress.ts'
import type { Step, Undo } from './step.ts'

/** How taking back the changes of a failed walk went. */
export interface Rollback<E> {
  /** What was taken back, in the order it was done (the reverse of the order in which it was changed). */
  readonly undone: readonly string[]
  /** What stays as it was changed, since others may rely on it by now: settings of the whole machine, say. */
  readonly left: readonly string[]
  /** What could not be taken back, and why. Empty when the state is as it was before, but for what was left. */
  readonly failed: readonly { readonly what: string; readonly cause: E }[]
}

/** Why {@link apply} did not complete, and what the rollback made of it. */
export type ApplyError<E> =
  | { readonly kind: 'step failed'; readonly step: string; readonly cause: E; readonly rollback: Rollback<E> }
  | { readonly kind: 'interrupted'; readonly reason: unknown; readonly rollback: Rollback<E> }

export interface ApplyOptions<E> {
  /**
   * Asked before each step, and after the last one: resolves to why the walk is to stop, or to `undefined`. A walk that stops
   * takes everything back; the running step is always finished.
   */
  readonly interruption?: () => Promise<unknown>
  readonly observe?: Observe<E>
}

/**
 * Applies the steps in order. When one fails, or the walk is interrupted, takes back in reverse order exactly what
 * this call has changed. An error during the rollback is collected, and the rollback goes on.
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
  { interruption, observe }: ApplyOptions<E>,
): Promise<Result<void, ApplyError<E>>> {
  const undos: Undo<E>[] = []
  const takeAllBack = () => rollBack(undos, observe)
  const askToStop = () => despiteBug(async () => interruption?.(), takeAllBack)
  const interrupted = async (reason: unknown): Promise<Result<never, ApplyError<E>>> => {
    observe?.({ type: 'interrupted' })
    return err({ kind: 'interrupted', reason, rollback: await takeAllBack() })
  }
  for (const step of steps) {
    const reason = await askToStop()
    if (reason !== undefined) return interrupted(reason)
    observe?.({ type: 'started', step: step.name })
    const before = undos.length
    const applied = await despiteBug(() => step.apply(context, (undo) => undos.push(undo)), takeAllBack)
    if (applied.isErr()) {
      observe?.({ type: 'failed', step: step.name, cause: applied.error })
      return err({ kind: 'step failed', step: step.name, cause: applied.error, rollback: await takeAllBack() })
    }
    observe?.({ type: 'applied', step: step.name, changed: undos.length > before })
  }
  const reason = await askToStop()
  return reason === undefined ? ok() : interrupted(reason)
}

async function rollBack<E>(undos: readonly Undo<E>[], observe: Observe<E> | undefined): Promise<Rollback<E>> {
  const undone: string[] = []
  const left: string[] = []
  const failed: { what: string; cause: E }[] = []
  const pending = [...undos]
  for (;;) {
    const undo = pending.pop()
    if (undo === undefined) break
    const { what, run } = undo
    const result = await despiteBug(run, () => rollBack(pending, observe))
    if (result.isOk()) {
      const list = result.value === 'left' ? left : undone
      list.push(what)
      observe?.({ type: result.value, what })
    } else {
      failed.push({ what, cause: result.error })
      observe?.({ type: 'undo failed', what, cause: result.error })
    }
  }
  return { undone, left, failed }
}
