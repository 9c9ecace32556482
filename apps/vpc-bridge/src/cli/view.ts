import { describeProblem } from '@vpc-bridge/config'
import { commandLine } from '@vpc-bridge/iproute2/command-line'
import { describeKernelError, type KernelError, type Recorded } from '@vpc-bridge/kernel'
import { type Endpoint, hostPath, type MadeEndpoint, type PlannedStep } from '@vpc-bridge/plugin'
import type { Progress } from '@vpc-bridge/step'
import { commandFor } from '../command-for.ts'
import { bold, cyan, dim, green, red, yellow } from '../command-line/style.ts'
import type { VpcConfig } from '../config.ts'
import { describeFailure, type Failure } from '../failure.ts'

/** How wide the names of the steps are, in characters: the longest usual one. */
const nameWidth = 72

/**
 * The line for an event of a walk, for people to follow it as it happens.
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

/** A step's name without the path of the namespace that it is in, which may be long. */
function briefly(step: string, container: string | undefined): string {
  const place = ` in ${container}`
  if (step.endsWith(place)) return `${step.slice(0, -place.length)} in the container`
  return step.replace(/ in (?:\/var)?\/run\/netns\/([^/\s]+)$/, ' in $1')
}

/** What the command is about to do, as the first line. */
export function heading(
  command: string,
  { ifName, netns, network, ips, config: { eni } }: Endpoint<VpcConfig>,
): string {
  const on = eni.by === 'name' ? eni.name : `the ENI with MAC address ${eni.mac}`
  const what = `${command}: ${ifName} in ${netns === '' ? 'a namespace that is gone' : netns}, network ${network} on ${on}`
  return bold([what, ...ips.map(({ address }) => address)].join(', '))
}

/**
 * What an add made, and what to try next.
 *
 * @param netns path of the container's namespace
 * @param toDelete the command that takes it away
 */
export function summaryLines({ inside, ips }: MadeEndpoint, netns: string, toDelete: string): readonly string[] {
  const { name, mac, mtu } = inside
  const addresses = ips.map(({ address }) => address).join(', ')
  const routers = [...new Set(ips.flatMap(({ gateway }) => gateway ?? []))].join(', ')
  return [
    '',
    `${bold(name)} in ${netns}: ${addresses}, MAC address ${mac}, MTU ${mtu}, router ${routers}`,
    dim(`look at it with: nsenter --net=${netns} ip address; take it away with: ${toDelete}`),
  ]
}

/** What is planned: for each step the commands that would do the same. */
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

/** The command that makes a change, as one would type it on the host. */
export function equivalent({ netns, operation }: Recorded): string {
  return commandLine(commandFor(operation, netns === hostPath ? undefined : netns))
}

/** What went wrong, and what to type next. */
export function failureLines(failure: Failure, hint: string | undefined): readonly string[] {
  const problems =
    failure.kind === 'wrong configuration' ? failure.problems.map(describeProblem) : [describeFailure(failure)]
  return [
    ...problems.map((problem) => `${red('error:')} ${problem}`),
    ...(hint === undefined ? [] : [`${cyan('next:')} ${hint}`]),
  ]
}

function line(mark: string, text: string, durationMs: number, remark?: string): string {
  const time = `${durationMs.toFixed(1)} ms`.padStart(9)
  const note = remark === undefined ? '' : `  ${dim(remark)}`
  return `${mark} ${text.padEnd(nameWidth)} ${dim(time)}${note}`
}
