import { type KernelError, type Netns, openIfPresent } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'

/**
 * The same steps, to be walked in another network namespace than the one the walk is in.
 *
 * Reverting succeeds when the namespace is gone: what was in it is gone with it.
 *
 * @param path of the namespace, such as `/run/netns/blue` or `/proc/1234/ns/net`; `undefined`: the one the walk is in
 * @param steps what to bring about in it
 * @see network_namespaces(7)
 */
export function within(
  path: string | undefined,
  steps: readonly Step<Netns, KernelError>[],
): readonly Step<Netns, KernelError>[] {
  if (path === undefined) return steps
  return steps.map((step) => ({
    name: `${step.name} in ${path}`,
    apply: (outer, undo) => outer.open(path).andThen((inner) => step.apply(inner, undo)),
    revert: (outer) =>
      openIfPresent(outer, path).andThen((inner) =>
        inner === undefined ? okAsync<Reverted>('absent') : step.revert(inner),
      ),
  }))
}
