import { CommanderError } from 'commander'
import { program } from './program.ts'
import { runInvocation } from './run-invocation.ts'
import { exitCodes, type Terminal } from './terminal.ts'

/**
 * Runs the command line.
 *
 * @param args without the program's name
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.done
  const root = program(terminal.version, async (invocation) => {
    code = await runInvocation(invocation, terminal)
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
