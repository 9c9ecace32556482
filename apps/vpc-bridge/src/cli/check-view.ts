import type { Checked, Drift } from '@vpc-bridge/plugin'
import { bold, cyan, dim, green, red } from '../command-line/style.ts'

/** Whether anything is not as an ADD makes it. */
export function hasDrift(checked: Checked): boolean {
  return checked === 'not connected' || checked.some(({ drift }) => drift.length > 0)
}

/**
 * The outcome of a check for people: each step, and below it what differs.
 *
 * @param commands those that connect the endpoint, and take it away
 */
export function checkLines(
  checked: Checked,
  { ifName, netns }: { readonly ifName: string; readonly netns: string },
  { toAdd, toDelete }: { readonly toAdd: string; readonly toDelete: string },
): readonly string[] {
  if (checked === 'not connected') {
    return [`${red('✗')} ${ifName} in ${netns} is not connected`, next(`${toAdd} connects it`)]
  }
  const count = checked.reduce((sum, { drift }) => sum + drift.length, 0)
  const steps = checked.flatMap(({ step, drift }) => [
    `${drift.length === 0 ? green('✓') : red('✗')} ${step}`,
    ...drift.flatMap(driftLines),
  ])
  if (count === 0) return [...steps, '', bold('All is as add made it.')]
  const found = bold(`${count} difference${count === 1 ? '' : 's'}; nothing was changed.`)
  return [...steps, '', found, next(`${toDelete} && ${toAdd} makes it anew`)]
}

function driftLines({ what, repair }: Drift): readonly string[] {
  return [`    ${red(what)}`, ...(repair === undefined ? [] : [dim(`    ${repair}`)])]
}

function next(hint: string): string {
  return `${cyan('next:')} ${hint}`
}

/** The outcome of a check for programs. */
export function toJson(checked: Checked): object {
  if (checked === 'not connected') return { connected: false, drift: [] }
  return { connected: true, drift: checked.flatMap(({ step, drift }) => drift.map((each) => ({ step, ...each }))) }
}
