import {
  absentIfGone,
  changeReversibly,
  type Family,
  type KernelError,
  type ListedRule,
  type Netns,
  objectOf,
  type Rule,
} from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'

/**
 * A rule of the routing policy: it sends packets from a source address to a routing table. It is added without a list of the existing
 * rules: that costs the more the more there are.
 *
 * Reverting deletes it. EOPNOTSUPP when the kernel has no routing policy.
 *
 * @see ip-rule(8)
 */
export function rule(wanted: Rule): Step<Netns, KernelError> {
  return {
    name: objectOf({ do: 'add rule', rule: wanted }),
    apply: (netns, undo) =>
      changeReversibly(netns, { do: 'add rule', rule: wanted }, { do: 'delete rule', rule: wanted }, undo).orElse(
        (error) => (error.errno === 'EEXIST' ? okAsync() : errAsync(error)),
      ),
    revert: (netns) => removeRule(netns, wanted),
  }
}

/** Rules that belong together, of one IP version. */
export interface Rules {
  /** A noun phrase for the effect. */
  readonly name: string
  readonly family: Family
  /** By ascending priority. */
  readonly rules: readonly Omit<Rule, 'family'>[]
}

/**
 * Rules of the routing policy that belong together. The existing ones are listed, and the missing ones added: for rules that mostly exist
 * already.
 *
 * Reverting deletes them. EOPNOTSUPP when the kernel has no routing policy.
 *
 * @see ip-rule(8)
 */
export function rules({ name, family, rules }: Rules): Step<Netns, KernelError> {
  const wanted = rules.map((each): Rule => ({ ...each, family }))
  return {
    name,
    apply: (netns, undo) =>
      safeTry<void, KernelError>(async function* () {
        const found = new Set((yield* netns.rules(family)).map(textOf))
        for (const each of wanted) {
          if (!found.has(textOf(each))) yield* rule(each).apply(netns, undo)
        }
        return ok()
      }),
    revert: (netns) =>
      safeTry<Reverted, KernelError>(async function* () {
        const outcomes: Reverted[] = []
        for (const each of wanted.toReversed()) outcomes.push(yield* removeRule(netns, each))
        return ok<Reverted>(outcomes.includes('removed') ? 'removed' : 'absent')
      }),
  }
}

/** Returns a text that is the same for equal rules, whichever process has made them. */
function textOf({ priority, from = '', to = '', action }: ListedRule): string {
  return JSON.stringify([priority, from, to, Object.entries(action).sort()])
}

function removeRule(netns: Netns, wanted: Rule): ResultAsync<Reverted, KernelError> {
  return absentIfGone(netns.change({ do: 'delete rule', rule: wanted }).map((): Reverted => 'removed'))
}
