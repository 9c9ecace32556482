import { execa } from 'execa'

/** How a command ended. */
export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  /** What it reads from its standard input. */
  readonly input?: string
  /** Its whole environment but PATH; absent: that of this process. */
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs a command to its end, whatever that is. */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const [program = '', ...args] = command
  const { environment, input = '', cwd } = options
  const { exitCode, stdout, stderr, message, signal } = await execa(program, args, {
    reject: false,
    input,
    timeout: 120_000,
    ...(cwd === undefined ? {} : { cwd }),
    ...(environment === undefined
      ? {}
      : { extendEnv: false, env: { PATH: process.env['PATH'] ?? '', ...environment } }),
  })
  if (exitCode === undefined && signal === undefined) throw new Error(message)
  return { exitCode: exitCode ?? 128, stdout, stderr }
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
