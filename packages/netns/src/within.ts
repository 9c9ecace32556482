import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'

/**
 * The same steps, to be walked in another network namespace than the one the walk is in.
 *
 * Reverting succeeds when the namespace is gone: what was in it is gone with it.
 *
 * @param path of the namespace, such as `/run/netns/blue` or `/proc/1234/ns/net`
 * @param steps what to bring about in it
 * @see network_namespaces(7)
 */
export function within(path: string, steps: readonly Step<Netns, KernelError>[]): readonly Step<Netns, KernelError>[] {
  return steps.map((step) => ({
    name: `${step.name} in ${path}`,
    apply: (outer, undo) => outer.open(path).andThen((inner) => step.apply(inner, undo)),
    revert: (outer) =>
      outer
        .open(path)
        .map((inner) => inner as Netns | 'gone')
        .orElse((error) => (isNoNetns(error) ? okAsync('gone' as const) : errAsync(error)))
        .andThen((inner) => (inner === 'gone' ? okAsync<Reverted>('absent') : step.revert(inner))),
  }))
}

/** Whether an error of opening says that the path leads to nothing (ENOENT), or to something else (EINVAL). */
export function isNoNetns(error: KernelError): boolean {
  return error.errno === 'ENOENT' || error.errno === 'EINVAL'
}
