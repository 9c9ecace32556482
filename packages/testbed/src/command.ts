import { existsSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'
import { type Ended, quoted, runByShell } from './shell.ts'

export interface CommandOptions {
  /** What it reads from its standard input. */
  readonly input?: string
  /** Its whole environment; PATH is this process's unless it names one. Absent: the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** In milliseconds; 2 minutes unless given. */
  readonly timeLimit?: number
}

/**
 * Runs a command to its end, whatever that is. One that is missing, or does not end in time, is an exception.
 *
 * @returns the outputs without their last line feed
 */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const { environment, input = '', cwd = '.', timeLimit = 120_000 } = options
  const [name = '', ...args] = command
  const PATH = process.env['PATH'] ?? ''
  const program = (name.includes('/') ? [cwd] : PATH.split(delimiter))
    .map((directory) => resolve(directory, name))
    .find(existsSync)
  if (program === undefined) throw new Error(`${name} is missing`)
  const words = [program, ...args].map(quoted).join(' ')
  const line = environment === undefined ? words : `env -i ${assignments({ PATH, ...environment })} ${words}`
  const script = `cd ${quoted(resolve(cwd))} && ${assignments({ PATH })} ${line}`

  const ended = await runByShell(script, input, timeLimit)

  if (ended === undefined) throw new Error(`${command.join(' ')} did not end in ${timeLimit} ms`)
  const { exitCode, stdout, stderr } = ended
  return { exitCode, stdout: stdout.replace(/\n$/, ''), stderr: stderr.replace(/\n$/, '') }
}

/** The variables of an environment as a shell and env(1) have them. */
function assignments(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(' ')
}

/** Runs a command that must succeed, and returns what it wrote. */
export async function output(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, options)
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`)
  return stdout
}
