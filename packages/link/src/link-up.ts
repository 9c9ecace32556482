import { type KernelError, type Netns, operationError } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'
import { ensureSettings } from './converge.ts'

/** An existing link to have administratively up. */
export interface LinkUp {
  readonly name: string
  /** What a revert puts back. Absent: a revert leaves the link as it is. */
  readonly before?: { readonly up: boolean }
}

/** An existing link, administratively up. ENODEV when there is no such link. */
export function linkUp({ name, before }: LinkUp): Step<Netns, KernelError> {
  return {
    name: `link ${name} up`,
    apply: (netns, undo) =>
      netns.link(name).andThen((link) => {
        if (link !== undefined) return ensureSettings(netns, link, { up: true }, undo)
        const operation = { do: 'set link', name, set: { up: true } } as const
        return errAsync(operationError(operation, netns.path, 'ENODEV', `no link is named ${name}`))
      }),
    revert: (netns) =>
      netns.link(name).andThen((link) => {
        if (before === undefined || link === undefined || link.up === before.up) return okAsync<Reverted>('absent')
        return ensureSettings(netns, link, before, () => {}).map((): Reverted => 'removed')
      }),
  }
}
