import { containerIdRule, interfaceNameRule, isContainerId, isInterfaceName } from '@vpc-bridge/cni'
import { describeProblem } from '@vpc-bridge/config'
import { netnsPath } from '@vpc-bridge/netns'
import { type ExplorablePlugin, engineCodes, openLog } from '@vpc-bridge/plugin'
import { openHost } from '../open-host.ts'
import { readConfig } from '../read-config.ts'
import { tellError, tellProblems } from '../tell-error.ts'
import { exitCodes, type Terminal } from '../terminal.ts'
import { heading } from './add-view.ts'
import type { EndpointInvocation } from './commands.ts'
import type { Defaults } from './defaults.ts'
import { perform, type Work } from './perform.ts'
import { requestFor } from './request.ts'
import { typed } from './typed.ts'

/** The commands of CNI that those of the command line stand for. */
const protocolCommands = {
  add: 'ADD',
  'plan add': 'ADD',
  check: 'CHECK',
  delete: 'DEL',
  'plan delete': 'DEL',
} as const

/** Does what the command line asks for about an endpoint, and tells of it. Returns the exit code. */
export async function runEndpoint(
  plugin: ExplorablePlugin,
  defaults: Defaults,
  { command, options }: EndpointInvocation,
  terminal: Terminal,
): Promise<number> {
  const { runtime, type, program, print, printError } = terminal
  const document = readConfig(options.config, defaults.config, runtime.files)
  const wrong = document.isErr() ? document.error : wrongNames(options)
  if (document.isErr() || wrong !== undefined) {
    printError(`error: ${wrong}`)
    return exitCodes.usage
  }
  const telling = { ...terminal, asJson: options.json ?? !terminal.isInteractive }
  const endpoint = { containerId: options['container-id'], ifName: options.ifname, netns: netnsPath(options.netns) }
  const toLog = openLog(runtime, type, `${command} ${endpoint.containerId} ${endpoint.ifName}`)
  const log: typeof toLog = (level, message) => {
    toLog(level, message)
    if (level === 'warn' && !telling.asJson) printError(`note: ${message}`)
  }
  const subject = plugin.explore.configure({
    document: document.value,
    endpoint,
    command: protocolCommands[command],
    // The others read the configuration once more, as a plugin, and warn then.
    warn: (message) => command === 'check' && log('warn', message),
    program,
  })
  if (subject.isErr()) {
    toLog('error', subject.error.map(describeProblem).join('; '))
    return tellProblems(subject.error, telling)
  }
  if (!telling.asJson) print(heading(command, endpoint, subject.value))
  const work: Work = {
    plugin,
    subject: subject.value,
    request: requestFor(document.value, endpoint, runtime),
    log,
    terminal: telling,
    toAdd: typed('add', options, program, defaults),
    toDelete: typed('delete', options, program, defaults),
  }
  const performed = await perform(command, work)
  if (performed.isErr()) {
    const isTaken = command === 'add' && performed.error.code === engineCodes.interfaceExists
    const isOwn = isTaken && (await openHost(telling).andThen(work.subject.isConnected)).unwrapOr(false)
    const hint = isOwn ? `it is connected already; to take it away: ${work.toDelete}` : undefined
    return tellError(performed.error, telling, hint)
  }
  for (const line of performed.value.lines) print(line)
  return performed.value.code
}

/** Returns what CNI demands of the names that a runtime would give; `undefined` when they are right. */
function wrongNames({ ifname, 'container-id': containerId }: EndpointInvocation['options']): string | undefined {
  if (!isInterfaceName(ifname)) return `--ifname ${JSON.stringify(ifname)}, expected ${interfaceNameRule}`
  if (isContainerId(containerId)) return undefined
  return `--container-id ${JSON.stringify(containerId)}, expected ${containerIdRule}`
}
