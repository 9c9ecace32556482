import { describeKernelError, type KernelError } from '@vpc-bridge/kernel'
import type { Progress } from '@vpc-bridge/step'
import { dim, green, red, yellow } from '../command-line/style.ts'

/** How wide the names of the steps are, in characters: the longest usual one. */
const nameWidth = 72

/**
 * Returns the line for an event of a walk, for people to follow it as it happens.
 *
 * @param durationMs the time since the event before it
 * @param container path of its namespace, which the heading has told
 * @returns `undefined` for events that need no line
 */
export function progressLine(event: Progress<KernelError>, durationMs: number, container?: string): string | undefined {
  const step = 'step' in event ? briefly(event.step, container) : ''
  switch (event.type) {
    case 'started':
      return undefined
    case 'applied':
      return event.changed ? line(green('✓'), step, durationMs) : line(dim('·'), step, durationMs, 'was there already')
    case 'reverted':
      return event.outcome === 'removed'
        ? line(green('✓'), `${step}: removed`, durationMs)
        : line(dim('·'), step, durationMs, outcomes[event.outcome])
    case 'failed':
      return [line(red('✗'), step, durationMs), `    ${red(describeKernelError(event.cause))}`].join('\n')
    case 'interrupted':
      return `${yellow('!')} interrupted`
    case 'undone':
      return line(yellow('↩'), `rolled back: ${event.what}`, durationMs)
    case 'left':
      return line(dim('·'), event.what, durationMs, outcomes.left)
    case 'undo failed':
      return [
        line(red('✗'), `could not roll back: ${event.what}`, durationMs),
        `    ${red(describeKernelError(event.cause))}`,
      ].join('\n')
  }
}

const outcomes = { absent: 'nothing to remove', left: 'left: others may rely on it' } as const

/** Returns a step's name without the path of the namespace that it is in, which may be long. */
function briefly(step: string, container: string | undefined): string {
  const place = ` in ${container}`
  if (step.endsWith(place)) return `${step.slice(0, -place.length)} in the container`
  return step.replace(/ in (?:\/var)?\/run\/netns\/([^/\s]+)$/, ' in $1')
}

function line(mark: string, text: string, durationMs: number, remark?: string): string {
  const time = `${durationMs.toFixed(1)} ms`.padStart(9)
  const note = remark === undefined ? '' : `  ${dim(remark)}`
  return `${mark} ${text.padEnd(nameWidth)} ${dim(time)}${note}`
}
