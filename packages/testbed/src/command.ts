import { constants } from 'node:os'
import { execa } from 'execa'

/** How a command ended. */
export interface Ended {
  /** As a shell has it: 128 and the signal's number for a command that a signal ended. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

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
 * Runs a command to its end, whatever that is. One that cannot be started, or does not end in time, is an exception.
 *
 * @returns the outputs without their last line feed
 */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const [program = '', ...args] = command
  const { environment, input = '', cwd, timeLimit = 120_000 } = options
  const { exitCode, stdout, stderr, message, signal, timedOut } = await execa(program, args, {
    reject: false,
    input,
    timeout: timeLimit,
    ...(cwd === undefined ? {} : { cwd }),
    ...(environment === undefined
      ? {}
      : { extendEnv: false, env: { PATH: process.env['PATH'] ?? '', ...environment } }),
  })
  if (timedOut || (exitCode === undefined && signal === undefined)) throw new Error(message)
  return { exitCode: exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]), stdout, stderr }
}

/** Runs a command that must succeed, and returns what it wrote. */
export async function output(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, options)
  if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`)
  return stdout
}

/** The command, to be run in the network namespace at a path. */
export function inside(netns: string, command: readonly string[]): readonly string[] {
  return ['nsenter', `--net=${netns}`, '--', ...command]
}
