import type { Recorded } from '@vpc-bridge/kernel'
import { hostPath, type PlannedStep } from '@vpc-bridge/plugin'
import { toCommand } from '../command-for.ts'
import { bold, dim, green } from '../command-line/style.ts'

/** Returns a plan for people: each step, and below it the commands that would do the same. */
export function planLines(steps: readonly PlannedStep[]): readonly string[] {
  const count = steps.reduce((sum, { changes }) => sum + changes.length, 0)
  return [
    ...steps.flatMap(({ step, changes }) =>
      changes.length === 0
        ? [`${dim('·')} ${step}${dim(': nothing to do')}`]
        : [`${green('+')} ${step}`, ...changes.map((change) => `    ${equivalent(change)}`)],
    ),
    '',
    bold(`${count} change${count === 1 ? '' : 's'} would be made; nothing was changed.`),
  ]
}

/** Returns the command that makes a change, as one would type it on the host. */
function equivalent({ netns, operation }: Recorded): string {
  return toCommand(operation, netns === hostPath ? undefined : netns)
}

/** Returns a plan for programs. */
export function planToJson(steps: readonly PlannedStep[]): object {
  return { steps: steps.map(({ step, changes }) => ({ step, commands: changes.map(equivalent) })) }
}
