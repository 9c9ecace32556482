import { type CniError, ipamDel } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import {
  type EndpointIdentity,
  type ExplorablePlugin,
  isSameEndpoint,
  type Log,
  logged,
  openLog,
  type RecordedEndpoint,
  type Subject,
} from '@vpc-bridge/plugin'
import { okAsync, type ResultAsync } from 'neverthrow'
import type { InvocationOf } from '../command-line/command.ts'
import { dim, green, red } from '../command-line/style.ts'
import type { Defaults } from '../endpoint/defaults.ts'
import { requestFor } from '../endpoint/request.ts'
import type { JsonObject } from '../json-object.ts'
import { openHost } from '../open-host.ts'
import { config, json } from '../options.ts'
import { readConfig } from '../read-config.ts'
import { errorLines, type Telling, tellError, tellProblems } from '../tell-error.ts'
import { exitCodes, type Terminal } from '../terminal.ts'

export function gcCommand(program: string) {
  return {
    name: 'gc',
    summary: 'remove the endpoints of a network whose containers are gone: all but those to keep',
    options: {
      config,
      keep: { type: 'repeatable text', value: 'container/ifname', help: 'an endpoint to keep; can be repeated' },
      all: { type: 'flag', help: 'keep none' },
      json,
    },
    help: `Examples:
  ${program} gc --keep web-1/eth0 --keep web-2/eth0    removes every other endpoint of the network
  ${program} gc --all                                  removes every endpoint, and with the last one the network
  ${program} show                                      lists what there is
An endpoint to keep that is not there is an error, and nothing is removed. The IPAM plugin, if there is one, releases the addresses
of what is removed.
Exit status: 0 done, 1 wrong usage, 2 not everything could be removed.`,
  } as const
}

/** Removes all endpoints of a network but those to keep, and tells about each. Returns the exit code. */
export async function runGc(
  plugin: ExplorablePlugin,
  defaults: Defaults,
  { options }: InvocationOf<ReturnType<typeof gcCommand>>,
  terminal: Terminal,
): Promise<number> {
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
  const { runtime, type, program } = terminal
  const document = readConfig(options.config, defaults.config, runtime.files)
  if (document.isErr()) return refuse(document.error)

  const log = openLog(runtime, type, 'gc')
  const kept = keep.map(toIdentity).filter((identity) => identity !== undefined)
  const telling = { ...terminal, asJson: options.json ?? !terminal.isInteractive }
  const subject = plugin.explore.configure({
    document: document.value,
    endpoint: { containerId: '', ifName: '' },
    command: 'GC',
    warn: (text) => log('warn', text),
    program,
  })
  if (subject.isErr()) return tellProblems(subject.error, telling)
  const prepared = await openHost(terminal).andThen((opened) => {
    const host = logged(opened, log)
    return subject.value.endpoints(host).map((found) => ({ host, found }))
  })
  if (prepared.isErr()) return tellError(prepared.error, telling)
  const { host, found } = prepared.value
  const unknown = kept.find((identity) => !isAmong(found, identity))
  if (unknown !== undefined) {
    const there = found.length === 0 ? 'there is none' : `there are ${found.map(nameOf).join(', ')}`
    return refuse(`network ${subject.value.network} has no endpoint ${nameOf(unknown)} to keep; ${there}`)
  }
  return collect(host, { subject: subject.value, document: document.value, found, kept, log }, telling)
}

/** What is to be collected. */
interface Collection {
  readonly subject: Subject
  readonly document: JsonObject
  readonly found: readonly RecordedEndpoint[]
  readonly kept: readonly EndpointIdentity[]
  readonly log: Log
}

async function collect(
  host: Netns,
  { subject, document, found, kept, log }: Collection,
  { asJson, runtime, print, printError }: Telling,
): Promise<number> {
  const { network, ipam } = subject
  const options = { clock: runtime.clock }
  const release = (endpoint: EndpointIdentity): ResultAsync<void, CniError> => {
    if (ipam === undefined) return okAsync()
    return ipamDel({ ...requestFor(document, { ...endpoint, netns: '' }, runtime), type: ipam.type })
  }
  const outcomes: { containerId: string; ifName: string; outcome: 'kept' | 'removed' | 'failed'; error?: string }[] = []
  const failures: CniError[] = []
  for (const endpoint of found) {
    const { containerId, ifName } = endpoint
    if (isAmong(kept, endpoint)) {
      outcomes.push({ containerId, ifName, outcome: 'kept' })
      if (!asJson) print(`${dim('·')} ${nameOf(endpoint)}: kept`)
      continue
    }
    // Not before: as long as the endpoint exists, no other may get its addresses.
    const removed = await endpoint.remove(options).andThen(() => release(endpoint))
    if (removed.isOk()) {
      outcomes.push({ containerId, ifName, outcome: 'removed' })
      if (!asJson) print(`${green('✓')} ${nameOf(endpoint)}: removed`)
    } else {
      failures.push(removed.error)
      outcomes.push({ containerId, ifName, outcome: 'failed', error: removed.error.msg })
      if (!asJson) print(`${red('✗')} ${nameOf(endpoint)}`)
    }
  }
  failures.push(...(await subject.removeLeftovers(host, options)))
  if (asJson) print(JSON.stringify({ network, endpoints: outcomes }))
  else if (found.length === 0) print(`network ${network} has no endpoints`)
  for (const { msg } of failures) log('error', msg)
  // Several failures have one reason most often.
  for (const line of new Set(failures.flatMap(({ msg, details }) => errorLines([msg], details)))) printError(line)
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
