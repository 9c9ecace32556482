import { absentIfGone, type KernelError, type Netns, operationError } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'
import { ensureSettings } from './ensure-link.ts'

/** An existing link to have administratively up. */
export interface LinkUp {
  readonly name: string
  /** In bytes. Absent: stays as it is. */
  readonly mtu?: number
  /** The state that a revert restores. Absent: a revert leaves the link as it is. */
  readonly before?: { readonly up: boolean; readonly mtu?: number }
}

/** An existing link, administratively up, and with the MTU that it should have. ENODEV when there is no such link. */
export function linkUp({ name, mtu, before }: LinkUp): Step<Netns, KernelError> {
  return {
    name: `link ${name} up${mtu === undefined ? '' : `, MTU ${mtu}`}`,
    apply: (netns, undo) =>
      netns.link(name).andThen((link) => {
        if (link !== undefined) return ensureSettings(netns, link, { mtu, up: true }, undo)
        const operation = { do: 'set link', name, set: { up: true } } as const
        return errAsync(operationError(operation, netns.path, 'ENODEV', `no link is named ${name}`))
      }),
    revert: (netns) =>
      absentIfGone(
        netns.link(name).andThen((link) => {
          if (before === undefined || link === undefined) return okAsync<Reverted>('absent')
          const isAsBefore = link.up === before.up && (before.mtu === undefined || link.mtu === before.mtu)
          if (isAsBefore) return okAsync<Reverted>('absent')
          return ensureSettings(netns, link, before, () => {}).map((): Reverted => 'removed')
        }),
      ),
  }
}
