import { errAsync } from 'neverthrow'
import { operationError } from './error.ts'
import { intercept } from './intercept.ts'
import type { Netns } from './netns.ts'

/**
 * A handle like the given one whose n-th change fails, counting those of the handles opened through it; the others go
 * through. For tests of how a failure is dealt with.
 *
 * @param netns of any driver
 * @param nth 1 for the first change
 * @param errno symbolic error number that it fails with
 */
export function failing(netns: Netns, nth: number, errno = 'EIO'): Netns {
  let count = 0
  return intercept(netns, (operation, where, proceed) => {
    count += 1
    return count === nth ? errAsync(operationError(operation, where.path, errno, 'injected failure')) : proceed()
  })
}
