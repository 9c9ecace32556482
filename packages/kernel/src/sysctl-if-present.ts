import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import { isGone } from './reversible.ts'

/**
 * Reads a setting; `undefined` when there is none, such as that of a link that is gone.
 *
 * @param path below /proc/sys
 */
export function sysctlIfPresent(netns: Netns, path: string): ResultAsync<string | undefined, KernelError> {
  return netns.sysctl(path).orElse((error) => (isGone(error) ? okAsync(undefined) : errAsync(error)))
}
