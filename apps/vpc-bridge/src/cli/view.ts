import { styleText } from 'node:util'
import { describeKernelError, type KernelError } from '@vpc-bridge/kernel'
import type { Progress } from '@vpc-bridge/step'

/** How wide the names of the steps are, in characters: the longest usual one. */
const nameWidth = 66

/**
 * The line for an event of a walk, for people to follow it as it happens.
 *
 * @returns `undefined` for events that need no line
 */
export function progressLine(event: Progress<KernelError>): string | undefined {
  switch (event.type) {
    case 'started':
      return undefined
    case 'applied':
      return event.changed
        ? line(styleText('green', '✓'), event.step, event.duration)
        : line(styleText('dim', '·'), event.step, event.duration, 'was there already')
    case 'reverted':
      return event.found
        ? line(styleText('green', '✓'), `${event.step}: removed`, event.duration)
        : line(styleText('dim', '·'), event.step, event.duration, 'nothing to remove')
    case 'failed':
      return [
        line(styleText('red', '✗'), event.step, event.duration),
        `    ${styleText('red', describeKernelError(event.cause))}`,
      ].join('\n')
    case 'interrupted':
      return `${styleText('yellow', '!')} interrupted`
    case 'undone':
      return line(styleText('yellow', '↩'), `rolled back: ${event.what}`, event.duration)
    case 'undo failed':
      return [
        line(styleText('red', '✗'), `could not roll back: ${event.what}`, event.duration),
        `    ${styleText('red', describeKernelError(event.cause))}`,
      ].join('\n')
  }
}

function line(mark: string, text: string, duration: number, remark?: string): string {
  const time = `${duration.toFixed(1)} ms`.padStart(9)
  const note = remark === undefined ? '' : `  ${styleText('dim', remark)}`
  return `${mark} ${text.padEnd(nameWidth)} ${styleText('dim', time)}${note}`
}
