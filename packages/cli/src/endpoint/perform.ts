import { type AddRequest, type CniError, formatResult } from '@vpc-bridge/cni'
import type { KernelError } from '@vpc-bridge/kernel'
import {
  type ExplorablePlugin,
  type Log,
  type PlannedStep,
  type PluginOptions,
  plan,
  type Subject,
} from '@vpc-bridge/plugin'
import type { Observe } from '@vpc-bridge/step'
import { okAsync, type ResultAsync } from 'neverthrow'
import { toCommand } from '../command-for.ts'
import { installedPrograms } from '../installed-programs.ts'
import { openHost } from '../open-host.ts'
import { type Telling, toCniError } from '../tell-error.ts'
import { exitCodes } from '../terminal.ts'
import { summaryLines } from './add-view.ts'
import { checkLines, checkToJson, hasDrift } from './check-view.ts'
import type { EndpointInvocation } from './commands.ts'
import { planLines, planToJson } from './plan-view.ts'
import { progressLine } from './progress.ts'
import { usualVersion } from './request.ts'

/** A command about an endpoint, and the means for it. */
export interface Work {
  readonly plugin: ExplorablePlugin
  readonly subject: Subject
  readonly request: AddRequest
  readonly log: Log
  readonly terminal: Telling
  /** The commands about the same endpoint, as they can be typed. */
  readonly toAdd: string
  readonly toDelete: string
}

/** What to print at the end, and the exit code. */
interface Report {
  readonly lines: readonly string[]
  readonly code: number
}

/** Does what the command says, and prints what happens meanwhile. */
export function perform(command: EndpointInvocation['command'], work: Work): ResultAsync<Report, CniError> {
  switch (command) {
    case 'add':
      return addEndpoint(work)
    case 'delete':
      return deleteEndpoint(work)
    case 'check':
      return checkEndpoint(work)
    case 'plan add':
      return planned(work, (options) => work.plugin.using(options).add(work.request))
    case 'plan delete':
      return planned(work, (options) => work.plugin.using(options).del(work.request))
  }
}

function done(lines: readonly string[]): Report {
  return { lines, code: exitCodes.done }
}

function addEndpoint({ plugin, request, toDelete, ...work }: Work): ResultAsync<Report, CniError> {
  const { asJson } = work.terminal
  return plugin
    .using({ ...meansOf(work), observe: printing(work.terminal, request) })
    .add(request)
    .map((result) =>
      done(asJson ? [formatResult(usualVersion, result).trim()] : summaryLines(result, request.netns, toDelete)),
    )
}

function deleteEndpoint({ plugin, request, ...work }: Work): ResultAsync<Report, CniError> {
  const print = printing(work.terminal, request)
  let isRemoved = false
  const observe: Observe<KernelError> = (event) => {
    isRemoved ||= event.type === 'reverted' && event.outcome === 'removed'
    print(event)
  }
  return plugin
    .using({ ...meansOf(work), observe })
    .del(request)
    .map(() => {
      const words = isRemoved ? `${request.ifName} is disconnected.` : 'There was nothing of it to remove.'
      return done(work.terminal.asJson ? [] : ['', words])
    })
}

function checkEndpoint({ subject, request, log, terminal, toAdd, toDelete }: Work): ResultAsync<Report, CniError> {
  const comparing = { isInstalled: installedPrograms(terminal.runtime), toCommand }
  return openHost(terminal)
    .andThen((host) => subject.compare(host, comparing))
    .map((checked) => ({
      lines: terminal.asJson
        ? [JSON.stringify(checkToJson(checked))]
        : checkLines(checked, request, { toAdd, toDelete }),
      code: hasDrift(checked) ? exitCodes.failed : exitCodes.done,
    }))
    .orTee(({ msg }) => log('error', msg))
}

/** Tries a command on a copy of the host, and reports what it would do. */
function planned(
  work: Pick<Work, 'subject' | 'log' | 'terminal'>,
  command: (options: PluginOptions) => ResultAsync<unknown, CniError>,
): ResultAsync<Report, CniError> {
  const { subject, log, terminal } = work
  if (subject.ipam !== undefined && subject.addresses.length === 0 && !terminal.asJson)
    terminal.printError(
      `note: the IPAM plugin ${subject.ipam.type} is not asked; its addresses and routes are missing here`,
    )
  return openHost(terminal)
    .andThen((host) =>
      plan(host, (copy, observe) => {
        const kernel = { open: () => okAsync(copy), close: () => {} }
        // Changes of a copy are nothing to write down.
        const quiet: Log = (level, message) => (level === 'warn' || level === 'error') && log(level, message)
        return command({ ...meansOf(work), kernel, log: quiet, observe, isDryRun: true })
      }).mapErr((error) => ('code' in error ? error : toCniError(error, terminal))),
    )
    .map((steps: readonly PlannedStep[]) =>
      done(terminal.asJson ? [JSON.stringify(planToJson(steps))] : planLines(steps)),
    )
}

function meansOf({ log, terminal: { kernel, runtime, program } }: Pick<Work, 'log' | 'terminal'>): PluginOptions {
  return { kernel, log, clock: runtime.clock, interruption: () => runtime.interruption(), program }
}

/** Returns an observer that prints each step with its time, for people. */
function printing({ asJson, print, runtime: { clock } }: Telling, { netns }: AddRequest): Observe<KernelError> {
  if (asJson) return () => {}
  let eventMs = clock.now()
  return (event) => {
    const startMs = eventMs
    eventMs = clock.now()
    const line = progressLine(event, eventMs - startMs, netns)
    if (line !== undefined) print(line)
  }
}
