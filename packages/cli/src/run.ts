import type { ExplorablePlugin, ShownRecord } from '@vpc-bridge/plugin'
import type { Additions } from './additions.ts'
import { type Parsed, parse } from './command-line/parse.ts'
import { needsLacking } from './doctor/needs-lacking.ts'
import { runDoctor } from './doctor/run-doctor.ts'
import { plainDefaults } from './endpoint/defaults.ts'
import { runEndpoint } from './endpoint/run-endpoint.ts'
import { runGc } from './gc/run-gc.ts'
import { runInstall } from './install/run-install.ts'
import { type AnyCommand, type Invocation, plainExamples, programOf } from './program.ts'
import type { Network } from './show/model.ts'
import { plainDrawing, recordObserver } from './show/record-observer.ts'
import { runShow } from './show/run-show.ts'
import { exitCodes, type Terminal } from './terminal.ts'

/** Runs the command line of a plugin. Returns the exit code. */
export async function runCommandLine<N extends Network, R extends ShownRecord>(
  plugin: ExplorablePlugin,
  additions: Additions<N, R>,
  terminal: Terminal,
): Promise<number> {
  const { args, files } = terminal.runtime
  const { type } = plugin
  let isLost = false
  const print = (line: string) => {
    const isWritten = terminal.print(line)
    isLost ||= !isWritten
    return isWritten
  }
  const program = programOf(type, {
    summary: additions.summary ?? `Connects containers to a network, by hand or as the CNI plugin ${type}.`,
    examples: additions.examples ?? plainExamples(type),
    defaults: additions.defaults ?? plainDefaults,
    showHelp: additions.show?.help ?? '.',
  })
  const code = await perform(parse(program, args), plugin, additions, { ...terminal, print })
  const kind = files.statDescriptor(1).unwrapOr(undefined)?.kind
  // Whoever has closed the pipe does not want more, such as head(1).
  if (!isLost || kind === 'pipe' || kind === 'socket') return code
  terminal.printError('error: the standard output could not be written')
  return exitCodes.failed
}

async function perform<N extends Network, R extends ShownRecord>(
  parsed: Parsed<AnyCommand>,
  plugin: ExplorablePlugin,
  additions: Additions<N, R>,
  terminal: Terminal,
): Promise<number> {
  switch (parsed.kind) {
    case 'help':
      terminal.print(parsed.text)
      return exitCodes.done
    case 'version':
      terminal.print(terminal.version)
      return exitCodes.done
    case 'wrong usage':
      terminal.printError(parsed.text)
      return exitCodes.usage
    case 'invocation':
      return invoke(parsed.invocation, plugin, additions, terminal)
  }
}

function invoke<N extends Network, R extends ShownRecord>(
  invocation: Invocation,
  plugin: ExplorablePlugin,
  { defaults = plainDefaults, show, needs, addressKey }: Additions<N, R>,
  terminal: Terminal,
): Promise<number> {
  const { type, explore } = plugin
  switch (invocation.command) {
    case 'show':
      return show === undefined
        ? runShow({ observer: recordObserver(explore.readEndpoint), drawing: plainDrawing }, invocation, terminal)
        : runShow(show, invocation, terminal)
    case 'gc':
      return runGc(plugin, defaults, invocation, terminal)
    case 'doctor':
      return runDoctor(needs ?? needsLacking(plugin), invocation, terminal)
    case 'install':
    case 'uninstall':
      return runInstall({ type, problems: explore.problems, addressKey }, invocation, terminal)
    default:
      return runEndpoint(plugin, defaults, invocation, terminal)
  }
}
