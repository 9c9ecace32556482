import { exitCodes, type Parsed, parse, runDoctor, runInstall, runShow, type Terminal } from '@vpc-bridge/cli'
import { configurationProblemsOf } from '../configuration-problems.ts'
import { findNeeds } from '../doctor/needs.ts'
import { drawing } from '../show/drawing.ts'
import { observer } from '../show/observe.ts'
import { type AnyCommand, type Invocation, program } from './program.ts'
import { runEndpoint } from './run-endpoint.ts'
import { runGc } from './run-gc.ts'

/** Runs the command line. Returns the exit code. */
export async function runCommandLine(terminal: Terminal): Promise<number> {
  const { args, files } = terminal.runtime
  let isLost = false
  const print = (line: string) => {
    const isWritten = terminal.print(line)
    isLost ||= !isWritten
    return isWritten
  }
  const code = await perform(parse(program, args), { ...terminal, print })
  const kind = files.statDescriptor(1).unwrapOr(undefined)?.kind
  // Whoever has closed the pipe does not want more, such as head(1).
  if (!isLost || kind === 'pipe' || kind === 'socket') return code
  terminal.printError('error: the standard output could not be written')
  return exitCodes.failed
}

async function perform(parsed: Parsed<AnyCommand>, terminal: Terminal): Promise<number> {
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
      return invoke(parsed.invocation, terminal)
  }
}

function invoke(invocation: Invocation, terminal: Terminal): Promise<number> {
  switch (invocation.command) {
    case 'show':
      return runShow({ observer, drawing }, invocation, terminal)
    case 'gc':
      return runGc(invocation.options, terminal)
    case 'doctor':
      return runDoctor(findNeeds, invocation, terminal)
    case 'install':
    case 'uninstall':
      return runInstall({ type: 'vpc-bridge', problems: configurationProblemsOf }, invocation, terminal)
    default:
      return runEndpoint(invocation, terminal)
  }
}
