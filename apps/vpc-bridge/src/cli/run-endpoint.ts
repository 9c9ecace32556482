import { containerIdRule, formatResult, interfaceNameRule, isContainerId, isInterfaceName } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { okAsync, type ResultAsync } from 'neverthrow'
import { add } from '../add.ts'
import { checkEndpoint } from '../check-endpoint.ts'
import { hostPath } from '../cni-plugin.ts'
import { del } from '../del.ts'
import { describeFailure, type Failure } from '../failure.ts'
import { interruption } from '../interruption.ts'
import { openLog } from '../log.ts'
import { logged } from '../log-changes.ts'
import { type PlannedStep, planAdd, planDel } from '../plan.ts'
import { type Configured, toAttachment } from '../to-attachment.ts'
import { toResult } from '../to-result.ts'
import { checkLines, hasDrift, toJson } from './check-view.ts'
import type { EndpointInvocation, EndpointOptions } from './program.ts'
import { readConfig } from './read-config.ts'
import { tellFailure } from './tell-failure.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { equivalent, heading, planLines, progressLine, summaryLines } from './view.ts'

/** The version of the specification in which the command line writes results as JSON. */
const cniVersion = '1.0.0'

/** What to print at the end, and the exit code. */
interface Report {
  readonly lines: readonly string[]
  readonly code: number
}

function done(lines: readonly string[]): Report {
  return { lines, code: exitCodes.done }
}

/** Does what the command line asks for, and tells about it. Returns the exit code. */
export async function runEndpoint({ command, options }: EndpointInvocation, terminal: Terminal): Promise<number> {
  const document = readConfig(options.config, terminal)
  if (document.isErr()) {
    terminal.printError(`error: ${document.error}`)
    return exitCodes.usage
  }
  const wrong = wrongNames(options)
  if (wrong !== undefined) {
    terminal.printError(`error: ${wrong}`)
    return exitCodes.usage
  }
  const asJson = options.json ?? !terminal.isInteractive
  const log = openLog(terminal.environment, `${command} ${options.containerId} ${options.ifname}`, terminal.append)
  const endpoint = { containerId: options.containerId, ifName: options.ifname, netns: options.netns }
  const performed = await toAttachment(document.value, endpoint).asyncAndThen((configured) => {
    if (!asJson) terminal.print(heading(command, configured))
    return terminal.kernel
      .open(hostPath)
      .mapErr((error): Failure => error)
      .andThen((host) => perform(command, logged(host, log), configured, { ...terminal, asJson, log }))
  })
  return performed.match(
    ({ lines, code }) => {
      for (const line of lines) terminal.print(line)
      return code
    },
    (failure) => {
      log('error', describeFailure(failure))
      return tellFailure(failure, { ...terminal, asJson })
    },
  )
}

/** What CNI demands of the names that a runtime would give; `undefined` when they are right. */
function wrongNames({ ifname, containerId }: EndpointOptions): string | undefined {
  if (!isInterfaceName(ifname)) return `--ifname ${JSON.stringify(ifname)}, expected ${interfaceNameRule}`
  if (isContainerId(containerId)) return undefined
  return `--container-id ${JSON.stringify(containerId)}, expected ${containerIdRule}`
}

interface Printing {
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
  readonly asJson: boolean
  readonly log: ReturnType<typeof openLog>
}

function perform(
  command: EndpointInvocation['command'],
  host: Netns,
  { attachment, dns }: Configured,
  { print, printError, asJson, log }: Printing,
): ResultAsync<Report, Failure> {
  const observe = (event: Parameters<typeof progressLine>[0]) => {
    const line = asJson ? undefined : progressLine(event)
    if (line !== undefined) print(line)
  }
  const warn = (message: string) => {
    log('warn', message)
    if (!asJson) printError(`note: ${message}`)
  }
  switch (command) {
    case 'add':
      return add(host, attachment, { signal: interruption(), observe, warn }).map((added) =>
        done(asJson ? [formatResult(cniVersion, toResult(added, { dns, args: {} })).trim()] : summaryLines(added)),
      )
    case 'delete':
      return del(host, attachment, { observe }).andThen(() =>
        okAsync(done(asJson ? [] : ['', `${attachment.ifName} is disconnected.`])),
      )
    case 'check':
      return checkEndpoint(host, attachment).map((compared) => ({
        lines: asJson ? [JSON.stringify(toJson(compared))] : checkLines(compared, attachment),
        code: hasDrift(compared) ? exitCodes.failed : exitCodes.done,
      }))
    case 'plan add':
      return planAdd(host, attachment).map((steps) => reportOf(steps, asJson))
    case 'plan delete':
      return planDel(host, attachment).map((steps) => reportOf(steps, asJson))
  }
}

function reportOf(steps: readonly PlannedStep[], asJson: boolean): Report {
  if (!asJson) return done(planLines(steps))
  const plan = steps.map(({ step, changes }) => ({ step, commands: changes.map(equivalent) }))
  return done([JSON.stringify({ steps: plan })])
}
