import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { operationError } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { errAsync, okAsync } from 'neverthrow'
import { type Alias, textOf } from './alias.ts'
import { ensureSettings } from './ensure-link.ts'

/** An alias that is wanted on an existing link. */
export interface LinkAlias {
  readonly name: string
  readonly alias: Alias
}

/** The alias of an existing link. A revert leaves it: it vanishes with the link. ENODEV when the link is missing. */
export function linkAlias({ name, alias }: LinkAlias): Step<Netns, KernelError> {
  return {
    name: `record on ${name}`,
    apply: (netns, undo) =>
      netns.link(name).andThen((link) => {
        if (link !== undefined) return ensureSettings(netns, link, { alias }, undo)
        const operation = { do: 'set link', name, set: { alias: textOf(alias) } } as const
        return errAsync(operationError(operation, netns.path, 'ENODEV', `no link is named ${name}`))
      }),
    revert: () => okAsync('absent'),
  }
}
