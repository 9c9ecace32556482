import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'

/** Whether an error of opening says that the path leads to nothing (ENOENT), or to something else (EINVAL). */
function isNoNetns(error: KernelError): boolean {
  return error.errno === 'ENOENT' || error.errno === 'EINVAL'
}

/** Opens a namespace, as a removal does: `undefined` when the path leads to none. */
export function openIfPresent(outer: Netns, path: string): ResultAsync<Netns | undefined, KernelError> {
  return outer
    .open(path)
    .map((netns): Netns | undefined => netns)
    .orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}
