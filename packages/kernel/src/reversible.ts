import type { RecordUndo, Reverted, Undone } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import { type Operation, objectOf } from './operation.ts'

/**
 * Performs a change and records how to take it back: what a step's `apply` uses for each of its changes. Also of a change
 * that was not heard of in time (ETIMEDOUT), which may have been made.
 *
 * @param netns where to perform it
 * @param operation the change
 * @param inverse the operation that puts back what was there before
 * @param undo the record of the step's walk
 * @param inverseNetns where to perform the inverse, if that is another namespace
 */
export function changeReversibly(
  netns: Netns,
  operation: Operation,
  inverse: Operation,
  undo: RecordUndo<KernelError>,
  inverseNetns: Netns = netns,
): ResultAsync<void, KernelError> {
  const record = (isDone: (error: KernelError) => boolean) =>
    undo({
      what: `${inverse.do}: ${objectOf(inverse)}`,
      run: () =>
        inverseNetns
          .change(inverse)
          .orElse((error) => (isDone(error) ? okAsync() : errAsync(error)))
          .map((): Undone => 'undone'),
    })
  const isDeleted = (error: KernelError) => inverse.do.startsWith('delete ') && isGone(error)
  return netns
    .change(operation)
    .map(() => record(isDeleted))
    .orTee((error) => {
      if (error.errno === 'ETIMEDOUT') record((each) => isDeleted(each) || each.errno === 'EEXIST')
    })
}

/** Whether an error says that what was to be deleted is not there (any more). */
export function isGone(error: KernelError): boolean {
  return ['ENODEV', 'ENOENT', 'ESRCH', 'EADDRNOTAVAIL'].includes(error.errno)
}

/**
 * What a step's `revert` found, where the thing may be gone by the time that it is removed, or what it was on: another
 * process may be removing the same.
 */
export function absentIfGone(reverted: ResultAsync<Reverted, KernelError>): ResultAsync<Reverted, KernelError> {
  return reverted.orElse((error) => (isGone(error) ? okAsync<Reverted>('absent') : errAsync(error)))
}
