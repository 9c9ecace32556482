import type { ResultAsync } from 'neverthrow'

/** How to take back one change that an `apply` has made. */
export interface Undo<E> {
  /** What the undo does, in plain words: `delete link br0`. */
  readonly what: string
  /** Takes the change back, unless others have come to rely on it. Called at most once, and only when the walk fails. */
  readonly run: () => ResultAsync<Undone, E>
}

/** What an undo did: `left`: nothing, since others may rely on the change by now. */
export type Undone = 'undone' | 'left'

/**
 * Collects the undos of a walk.
 *
 * A step calls it immediately after each change that succeeded, or may have, before it attempts the next one: so a step that fails
 * half-way is taken back as far as it got. A step that calls it not at all has changed nothing.
 */
export type RecordUndo<E> = (undo: Undo<E>) => void

/**
 * What a revert found: the thing was there and is gone now, or there was nothing to remove. `left`: it is there, and stays, since
 * others may rely on it by now.
 */
export type Reverted = 'removed' | 'absent' | 'left'

/**
 * One thing that can be brought about and removed again, such as a link or an address.
 *
 * `C` is what the step works on (for a network step: the handle of a network namespace), `E` its error.
 */
export interface Step<C, E> {
  /** What the step brings about, as a noun phrase: `bridge br0`. */
  readonly name: string

  /**
   * Brings the thing about. Idempotent and converging: compares what is there with what is wanted, property by
   * property, and changes only the difference.
   *
   * @param context what to work on
   * @param undo takes, for each change made, how to put back what was there before
   */
  readonly apply: (context: C, undo: RecordUndo<E>) => ResultAsync<void, E>

  /**
   * Removes the thing, from its name alone: another process may have applied it. Removing what is not there succeeds.
   */
  readonly revert: (context: C) => ResultAsync<Reverted, E>
}
