import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { Observe } from './progress.ts'
import type { Step, Undo } from './step.ts'

/** The outcome of taking back the changes of a failed walk. */
export interface Rollback<E> {
  /** Changes that were taken back, in the order in which that was done: the last change first. */
  readonly undone: readonly string[]
  /** Changes that stay, since others may rely on them by now: those of settings of the whole machine, for example. */
  readonly left: readonly string[]
  /** Changes that could not be taken back, and why. Empty when the state is as it was before, apart from `left`. */
  readonly failed: readonly { readonly what: string; readonly cause: E }[]
}

/** The reason for which {@link apply} did not complete, and the outcome of the rollback. */
export type ApplyError<E> =
  | { readonly kind: 'step failed'; readonly step: string; readonly cause: E; readonly rollback: Rollback<E> }
  | { readonly kind: 'interrupted'; readonly reason: unknown; readonly rollback: Rollback<E> }

export interface ApplyOptions<E> {
  /**
   * Asked before each step, and after the last one: resolves to the reason for the walk to stop, or to `undefined`. A walk that stops
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
  options: ApplyOptions<E>,
): Promise<Result<void, ApplyError<E>>> {
  const { observe } = options
  const undos: Undo<E>[] = []
  let stop: Stop<E> | undefined
  try {
    stop = await applyAll(steps, context, options, undos)
  } catch (bug) {
    // Only a bug throws. It must not leave a host half-way.
    await rollBack(undos, observe)
    throw bug
  }
  return stop === undefined ? ok() : err({ ...stop, rollback: await rollBack(undos, observe) })
}

/** The reason for which a walk ends before its last step. */
type Stop<E> =
  | { readonly kind: 'step failed'; readonly step: string; readonly cause: E }
  | { readonly kind: 'interrupted'; readonly reason: unknown }

async function applyAll<C, E>(
  steps: readonly Step<C, E>[],
  context: C,
  { interruption, observe }: ApplyOptions<E>,
  undos: Undo<E>[],
): Promise<Stop<E> | undefined> {
  const askToStop = async (): Promise<Stop<E> | undefined> => {
    const reason = await interruption?.()
    if (reason === undefined) return undefined
    observe?.({ type: 'interrupted' })
    return { kind: 'interrupted', reason }
  }
  for (const step of steps) {
    const stop = await askToStop()
    if (stop !== undefined) return stop
    observe?.({ type: 'started', step: step.name })
    const before = undos.length
    const applied = await step.apply(context, (undo) => undos.push(undo))
    if (applied.isErr()) {
      observe?.({ type: 'failed', step: step.name, cause: applied.error })
      return { kind: 'step failed', step: step.name, cause: applied.error }
    }
    observe?.({ type: 'applied', step: step.name, changed: undos.length > before })
  }
  return askToStop()
}

async function rollBack<E>(undos: readonly Undo<E>[], observe: Observe<E> | undefined): Promise<Rollback<E>> {
  const undone: string[] = []
  const left: string[] = []
  const failed: { what: string; cause: E }[] = []
  const pending = [...undos]
  try {
    for (let undo = pending.pop(); undo !== undefined; undo = pending.pop()) {
      const { what, run } = undo
      const result = await run()
      if (result.isOk()) {
        const list = result.value === 'left' ? left : undone
        list.push(what)
        observe?.({ type: result.value, what })
      } else {
        failed.push({ what, cause: result.error })
        observe?.({ type: 'undo failed', what, cause: result.error })
      }
    }
  } catch (bug) {
    await rollBack(pending, observe)
    throw bug
  }
  return { undone, left, failed }
}
