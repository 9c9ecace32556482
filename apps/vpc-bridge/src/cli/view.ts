import { styleText } from 'node:util'
import { describeProblem } from '@vpc-bridge/config'
import { commandLine } from '@vpc-bridge/iproute2'
import { describeKernelError, type KernelError, type Recorded } from '@vpc-bridge/kernel'
import type { Progress } from '@vpc-bridge/step'
import type { Added } from '../add.ts'
import { hostPath } from '../cni-plugin.ts'
import { commandFor } from '../command-for.ts'
import { describeFailure, type Failure } from '../failure.ts'
import type { PlannedStep } from '../plan.ts'
import type { Configured } from '../to-attachment.ts'

/** How wide the names of the steps are, in characters: the longest usual one. */
const nameWidth = 72

/**
 * The line for an event of a walk, for people to follow it as it happens.
 *
 * @param container path of its namespace, which the heading has told
 * @returns `undefined` for events that need no line
 */
export function progressLine(event: Progress<KernelError>, container?: string): string | undefined {
  const step = 'step' in event ? briefly(event.step, container) : ''
  switch (event.type) {
    case 'started':
      return undefined
    case 'applied':
      return event.changed
        ? line(styleText('green', '✓'), step, event.duration)
        : line(styleText('dim', '·'), step, event.duration, 'was there already')
    case 'reverted':
      return event.found
        ? line(styleText('green', '✓'), `${step}: removed`, event.duration)
        : line(styleText('dim', '·'), step, event.duration, 'nothing to remove')
    case 'failed':
      return [
        line(styleText('red', '✗'), step, event.duration),
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

/** A step's name without the path of the namespace that it is in, which may be long. */
function briefly(step: string, container: string | undefined): string {
  const place = ` in ${container}`
  if (step.endsWith(place)) return `${step.slice(0, -place.length)} in the container`
  return step.replace(/ in (?:\/var)?\/run\/netns\/([^/\s]+)$/, ' in $1')
}

/** What the command is about to do, as the first line. */
export function heading(
  command: string,
  { attachment: { ifName, netns, network, eni, addresses } }: Configured,
): string {
  const on = eni.by === 'name' ? eni.name : `the ENI with MAC address ${eni.mac}`
  const what = `${command}: ${ifName} in ${netns ?? 'a namespace that is gone'}, network ${network} on ${on}`
  return styleText('bold', `${what}, ${addresses.join(', ')}`)
}

/**
 * What an add made, and what to try next.
 *
 * @param toDelete the command that takes it away
 */
export function summaryLines({ attachment, interface: made, gateways }: Added, toDelete: string): readonly string[] {
  const { ifName, netns, addresses } = attachment
  const routers = Object.values(gateways).join(', ')
  return [
    '',
    `${styleText('bold', ifName)} in ${netns}: ${addresses.join(', ')}, MAC address ${made.mac}, MTU ${made.mtu}, router ${routers}`,
    styleText('dim', `look at it with: nsenter --net=${netns} ip address; take it away with: ${toDelete}`),
  ]
}

/** What is planned: for each step the commands that would do the same. */
export function planLines(steps: readonly PlannedStep[]): readonly string[] {
  const count = steps.reduce((sum, { changes }) => sum + changes.length, 0)
  return [
    ...steps.flatMap(({ step, changes }) =>
      changes.length === 0
        ? [`${styleText('dim', '·')} ${step}${styleText('dim', ': nothing to do')}`]
        : [`${styleText('green', '+')} ${step}`, ...changes.map((change) => `    ${equivalent(change)}`)],
    ),
    '',
    styleText('bold', `${count} change${count === 1 ? '' : 's'} would be made; nothing was changed.`),
  ]
}

/** The command that makes a change, as one would type it on the host. */
export function equivalent({ netns, operation }: Recorded): string {
  return commandLine(commandFor(operation, netns === hostPath ? undefined : netns))
}

/** What went wrong, and what to type next. */
export function failureLines(failure: Failure, hint: string | undefined): readonly string[] {
  const problems =
    failure.kind === 'wrong configuration' ? failure.problems.map(describeProblem) : [describeFailure(failure)]
  return [
    ...problems.map((problem) => `${styleText('red', 'error:')} ${problem}`),
    ...(hint === undefined ? [] : [`${styleText('cyan', 'next:')} ${hint}`]),
  ]
}

function line(mark: string, text: string, duration: number, remark?: string): string {
  const time = `${duration.toFixed(1)} ms`.padStart(9)
  const note = remark === undefined ? '' : `  ${styleText('dim', remark)}`
  return `${mark} ${text.padEnd(nameWidth)} ${styleText('dim', time)}${note}`
}
