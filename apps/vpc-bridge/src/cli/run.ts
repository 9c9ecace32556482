import { fstatSync } from 'node:fs'
import { CommanderError } from 'commander'
import { install } from './install.ts'
import { type InstallInvocation, type Invocation, program } from './program.ts'
import { runEndpoint } from './run-endpoint.ts'
import { exitCodes, type Terminal } from './terminal.ts'

/**
 * Runs the command line.
 *
 * @param args without the program's name
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let isLost = false
  const print = (line: string) => {
    const isWritten = terminal.print(line)
    isLost ||= !isWritten
    return isWritten
  }
  const code = await parse(args, { ...terminal, print })
  // Whoever has closed the pipe does not want more, such as head(1).
  if (!isLost || isPipe(1)) return code
  terminal.printError('error: the standard output could not be written')
  return exitCodes.failed
}

function isPipe(descriptor: number): boolean {
  try {
    const stream = fstatSync(descriptor)
    return stream.isFIFO() || stream.isSocket()
  } catch {
    // It is closed.
    return false
  }
}

async function parse(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.done
  const root = program(terminal.version, async (invocation) => {
    code = await perform(invocation, terminal)
  })
  try {
    await root.parseAsync(args, { from: 'user' })
  } catch (error) {
    // Thrown in place of ending the process, after it has told the user what is wrong, or what was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    throw error
  }
  return code
}

async function perform(invocation: Invocation, terminal: Terminal): Promise<number> {
  switch (invocation.command) {
    case 'show':
      return (await import('./run-show.ts')).runShow(invocation, terminal)
    case 'gc':
      return (await import('./run-gc.ts')).runGc(invocation, terminal)
    case 'doctor':
      return (await import('./run-doctor.ts')).runDoctor(invocation, terminal)
    case 'install':
      return runInstall(invocation, terminal)
    default:
      return runEndpoint(invocation, terminal)
  }
}

async function runInstall(
  { options }: InstallInvocation,
  { executable, print, printError }: Terminal,
): Promise<number> {
  if (executable === undefined) {
    printError('error: this is the Node.js build, which is no single file; install the standalone executable')
    return exitCodes.failed
  }
  const installed = await install(executable, options.cniBinDir)
  return installed.match(
    (file) => {
      print(`${file} is installed`)
      return exitCodes.done
    },
    (reason) => {
      printError(`error: ${reason}`)
      return exitCodes.failed
    },
  )
}
