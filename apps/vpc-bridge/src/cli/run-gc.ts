import type { Netns } from '@vpc-bridge/kernel'
import {
  type EndpointIdentity,
  type EndpointRecord,
  hostPath,
  isSameEndpoint,
  type Log,
  logged,
  type NamedEndpoint,
  openLog,
} from '@vpc-bridge/plugin'
import { dim, green, red } from '../command-line/style.ts'
import type { VpcConfig } from '../config.ts'
import { describeFailure, type Failure, hintFor } from '../failure.ts'
import { vpcBridge } from '../vpc-bridge.ts'
import type { OptionsOf } from './program.ts'
import { readConfig } from './read-config.ts'
import { tellFailure } from './tell-failure.ts'
import { exitCodes, type Terminal } from './terminal.ts'
import { programName } from './typed.ts'
import { failureLines } from './view.ts'

/** Removes all endpoints of a network but those to keep, and tells about each. Returns the exit code. */
export async function runGc(options: OptionsOf<'gc'>, terminal: Terminal): Promise<number> {
  const refuse = (problem: string) => {
    terminal.printError(`error: ${problem}`)
    return exitCodes.usage
  }
  const { keep, all = false } = options
  if (all && keep.length > 0) return refuse('--all keeps none, and --keep keeps some: give one of them')
  if (!all && keep.length === 0) return refuse('give --keep for each endpoint to keep, or --all to remove all of them')
  const unreadable = keep.find((text) => toIdentity(text) === undefined)
  if (unreadable !== undefined) {
    return refuse(`--keep ${JSON.stringify(unreadable)}, expected CONTAINER/IFNAME, such as web-1/eth0`)
  }
  const document = readConfig(options.config, terminal.runtime.files)
  if (document.isErr()) return refuse(document.error)

  const log = openLog(terminal.runtime, 'vpc-bridge', 'gc')
  const kept = keep.map(toIdentity).filter((identity) => identity !== undefined)
  const warn = (text: string) => log('warn', text)
  const prepared = await vpcBridge
    .endpointIn(document.value, { containerId: '', ifName: '' }, 'GC', warn)
    .asyncAndThen((configured) =>
      terminal.kernel
        .open(hostPath)
        .map((host) => logged(host, log))
        .andThen((host) =>
          vpcBridge.endpointsOf(host, configured.endpoint).map((found) => ({ host, configured, found })),
        )
        .mapErr((error): Failure => error),
    )
  const asJson = options.json ?? !terminal.isInteractive
  if (prepared.isErr()) return tellFailure(prepared.error, { ...terminal, asJson })
  const { host, configured, found } = prepared.value
  const unknown = kept.find((identity) => !isAmong(found, identity))
  if (unknown !== undefined) {
    const { network } = configured.endpoint
    const there = found.length === 0 ? 'there is none' : `there are ${found.map(nameOf).join(', ')}`
    return refuse(`network ${network} has no endpoint ${nameOf(unknown)} to keep; ${there}`)
  }
  return collect(host, configured, { found, kept }, { ...terminal, asJson, log })
}

async function collect(
  host: Netns,
  { endpoint, ipam }: NamedEndpoint<VpcConfig>,
  { found, kept }: { readonly found: readonly EndpointRecord[]; readonly kept: readonly EndpointIdentity[] },
  { asJson, log, ...terminal }: Terminal & { readonly asJson: boolean; readonly log: Log },
): Promise<number> {
  const { print, printError } = terminal
  const options = { clock: terminal.runtime.clock }
  const outcomes: { containerId: string; ifName: string; outcome: 'kept' | 'removed' | 'failed'; error?: string }[] = []
  const failures: Failure[] = []
  for (const record of found) {
    const { containerId, ifName } = record
    if (isAmong(kept, record)) {
      outcomes.push({ containerId, ifName, outcome: 'kept' })
      if (!asJson) print(`${dim('·')} ${nameOf(record)}: kept`)
      continue
    }
    const removed = await vpcBridge.remove(host, endpoint, record, options)
    if (removed.isOk()) {
      outcomes.push({ containerId, ifName, outcome: 'removed' })
      if (!asJson) print(`${green('✓')} ${nameOf(record)}: removed`)
    } else {
      failures.push(removed.error)
      outcomes.push({ containerId, ifName, outcome: 'failed', error: describeFailure(removed.error) })
      if (!asJson) print(`${red('✗')} ${nameOf(record)}`)
    }
  }
  failures.push(...(await vpcBridge.removeLeftovers(host, endpoint, options)))
  if (asJson) print(JSON.stringify({ network: endpoint.network, endpoints: outcomes }))
  else if (found.length === 0) print(`network ${endpoint.network} has no endpoints`)
  if (ipam !== undefined && !asJson) {
    printError(`note: addresses have not been given back to the IPAM plugin ${ipam.type}`)
  }
  for (const failure of failures) log('error', describeFailure(failure))
  const lines = failures.flatMap((failure) => failureLines(failure, hintFor(failure, programName(terminal.runtime))))
  // Several failures have one reason most often.
  for (const line of new Set(lines)) printError(line)
  return failures.length === 0 ? exitCodes.done : exitCodes.failed
}

function isAmong(endpoints: readonly EndpointIdentity[], endpoint: EndpointIdentity): boolean {
  return endpoints.some((each) => isSameEndpoint(each, endpoint))
}

function toIdentity(text: string): EndpointIdentity | undefined {
  const [containerId = '', ifName = '', ...more] = text.split('/')
  return containerId === '' || ifName === '' || more.length > 0 ? undefined : { containerId, ifName }
}

function nameOf({ containerId, ifName }: EndpointIdentity): string {
  return `${containerId}/${ifName}`
}
