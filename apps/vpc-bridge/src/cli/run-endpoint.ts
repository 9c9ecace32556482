import { containerIdRule, formatResult, interfaceNameRule, isContainerId, isInterfaceName } from '@vpc-bridge/cni'
import { intercept, type KernelError, type Netns } from '@vpc-bridge/kernel'
import { netnsPath } from '@vpc-bridge/netns'
import { type Endpoint, hostPath, logged, openLog, type PlannedStep, plan, resultOf } from '@vpc-bridge/plugin'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { toCommand } from '../command-for.ts'
import type { VpcConfig } from '../config.ts'
import { describeFailure, type Failure } from '../failure.ts'
import { installedPrograms } from '../is-installed.ts'
import { vpcBridge } from '../vpc-bridge.ts'
import { checkLines, hasDrift, toJson } from './check-view.ts'
import type { EndpointInvocation, OptionsOf } from './program.ts'
import { readConfig } from './read-config.ts'
import { tellFailure } from './tell-failure.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { typed } from './typed.ts'
import { equivalent, heading, planLines, progressLine, summaryLines } from './view.ts'

/** The version of the specification in which the command line writes results as JSON. */
const cniVersion = '1.0.0'

/** The commands of CNI that those of the command line stand for. */
const protocolCommands = {
  add: 'ADD',
  'plan add': 'ADD',
  check: 'CHECK',
  delete: 'DEL',
  'plan delete': 'DEL',
} as const

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
  const document = readConfig(options.config, terminal.runtime.files)
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
  const { 'container-id': containerId, ifname: ifName, netns } = options
  const log = openLog(terminal.runtime, 'vpc-bridge', `${command} ${containerId} ${ifName}`)
  const warn = (message: string) => {
    log('warn', message)
    if (!asJson) terminal.printError(`note: ${message}`)
  }
  const endpoint = { containerId, ifName, netns }
  const configured = vpcBridge.endpointIn(document.value, endpoint, protocolCommands[command], warn)
  const performed = await configured.asyncAndThen(({ endpoint: about }) => {
    if (!asJson) terminal.print(heading(command, about))
    return terminal.kernel
      .open(hostPath)
      .mapErr((error): Failure => error)
      .andThen((host) => perform({ command, options }, logged(host, log), about, { ...terminal, asJson, warn }))
  })
  if (performed.isErr()) {
    const failure = performed.error
    log('error', describeFailure(failure))
    const hint = configured.isErr()
      ? undefined
      : await hintForTaken(
          failure,
          configured.value.endpoint,
          typed('delete', options, terminal.runtime),
          terminal.kernel,
        )
    return tellFailure(failure, { ...terminal, asJson }, hint)
  }
  for (const line of performed.value.lines) terminal.print(line)
  return performed.value.code
}

/** What to type if what is in the way is this endpoint. */
async function hintForTaken(
  failure: Failure,
  endpoint: Endpoint<VpcConfig>,
  toDelete: string,
  kernel: Terminal['kernel'],
): Promise<string | undefined> {
  if (failure.kind !== 'interface exists') return
  const isOwn = await safeTry<boolean, KernelError>(async function* () {
    const host = yield* kernel.open(hostPath)
    const { bridgeNetns } = endpoint.config
    const site = bridgeNetns === undefined ? host : yield* host.open(netnsPath(bridgeNetns))
    const onHost = yield* site.link(endpoint.hostLink.name)
    const container = yield* host.open(endpoint.netns)
    const inside = yield* container.link(endpoint.ifName)
    return ok(onHost !== undefined && inside?.peer === onHost.index && onHost.peer === inside.index)
  })
  return isOwn.unwrapOr(false) ? `it is connected already; to take it away: ${toDelete}` : undefined
}

/** What CNI demands of the names that a runtime would give; `undefined` when they are right. */
function wrongNames({ ifname, 'container-id': containerId }: OptionsOf<'add'>): string | undefined {
  if (!isInterfaceName(ifname)) return `--ifname ${JSON.stringify(ifname)}, expected ${interfaceNameRule}`
  if (isContainerId(containerId)) return undefined
  return `--container-id ${JSON.stringify(containerId)}, expected ${containerIdRule}`
}

interface Printing extends Terminal {
  readonly asJson: boolean
  readonly warn: (message: string) => void
}

function perform(
  { command, options }: EndpointInvocation,
  host: Netns,
  endpoint: Endpoint<VpcConfig>,
  { asJson, warn, ...terminal }: Printing,
): ResultAsync<Report, Failure> {
  const { print, printError } = terminal
  const { clock, interruption } = terminal.runtime
  let eventMs = clock.now()
  const observe = (event: Parameters<typeof progressLine>[0]) => {
    const startMs = eventMs
    eventMs = clock.now()
    const line = asJson ? undefined : progressLine(event, eventMs - startMs, endpoint.netns)
    if (line !== undefined) print(line)
  }
  switch (command) {
    case 'add':
      return vpcBridge
        .add(asJson ? host : tellingOfIfb(host, printError), endpoint, {
          clock,
          interruption: interruption(),
          observe,
          warn,
        })
        .map((made) =>
          done(
            asJson
              ? [formatResult(cniVersion, resultOf(made, endpoint)).trim()]
              : summaryLines(made, endpoint.netns, typed('delete', options, terminal.runtime)),
          ),
        )
    case 'delete': {
      let isThere = false
      const watch = (event: Parameters<typeof observe>[0]) => {
        isThere ||= event.type === 'reverted' && event.outcome === 'removed'
        observe(event)
      }
      return vpcBridge.del(host, endpoint, { clock, observe: watch }).map(() => {
        const words = isThere ? `${endpoint.ifName} is disconnected.` : 'There was nothing of it to remove.'
        return done(asJson ? [] : ['', words])
      })
    }
    case 'check':
      return vpcBridge
        .compare(host, endpoint, { isInstalled: installedPrograms(terminal.runtime), toCommand })
        .map((compared) => ({
          lines: asJson
            ? [JSON.stringify(toJson(compared))]
            : checkLines(compared, endpoint, {
                toAdd: typed('add', options, terminal.runtime),
                toDelete: typed('delete', options, terminal.runtime),
              }),
          code: hasDrift(compared) ? exitCodes.failed : exitCodes.done,
        }))
    case 'plan add':
      return plan(host, (copy, observe) => vpcBridge.add(copy, endpoint, { clock, observe })).map((steps) =>
        reportOf(steps, asJson),
      )
    case 'plan delete':
      return plan(host, (copy, observe) => vpcBridge.del(copy, endpoint, { clock, observe })).map((steps) =>
        reportOf(steps, asJson),
      )
  }
}

/** A host that tells when a dummy link became one of the kind that takes its place. */
function tellingOfIfb(host: Netns, print: (line: string) => void): Netns {
  return intercept(host, (operation, _, proceed) =>
    proceed().andTee(() => {
      if (operation.do !== 'add link' || operation.link.kind !== 'ifb') return
      print(`note: ${operation.link.name} is an ifb link: the kernel has no driver for dummy links`)
    }),
  )
}

function reportOf(steps: readonly PlannedStep[], asJson: boolean): Report {
  if (!asJson) return done(planLines(steps))
  const plan = steps.map(({ step, changes }) => ({ step, commands: changes.map(equivalent) }))
  return done([JSON.stringify({ steps: plan })])
}
