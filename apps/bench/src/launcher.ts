import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inside, output } from '@vpc-bridge/testbed'
import { execa } from 'execa'

/** A process to run, and what it reads. */
export interface Command {
  /** Path of the program. */
  readonly file: string
  readonly args?: readonly string[]
  readonly input?: string
  /** All of it. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Commands that run one after the other. */
export type Job = readonly Command[]

/** What a job took. */
export interface Measured {
  /** Until it was over, in milliseconds since the first of the jobs that run with it was started. */
  readonly timeMs: number
  /** The most that one of its processes had, in MiB. */
  readonly memoryMib: number
}

/** A small process in a network namespace that starts others, and measures them: see launcher.c. */
export interface Launcher {
  /** Runs jobs at the same time. One that fails is an exception. */
  readonly run: (jobs: readonly Job[]) => Promise<readonly Measured[]>
  readonly close: () => Promise<void>
}

/** @param program what `buildLauncher` returned */
export function startLauncher(program: string, netns: string): Launcher {
  const [nsenter = '', ...args] = inside(netns, [program])
  const launcher = execa(nsenter, args, { buffer: { stdout: false }, reject: false })
  const answers = launcher.iterable()
  return {
    run: async (jobs) => {
      launcher.stdin.write(`${jobs.flatMap(fieldsOf).join('\0')}\0R\0`)
      const { value, done } = await answers.next()
      if (done) throw new Error((await launcher).stderr)
      const numbers = String(value).split(' ').map(Number)
      return jobs.map((_, job) => {
        const [time = Number.NaN, memory = Number.NaN] = numbers.slice(2 * job)
        return { timeMs: time / 1e6, memoryMib: memory / 1024 }
      })
    },
    close: async () => {
      launcher.stdin.end()
      await launcher
    },
  }
}

function fieldsOf(job: Job): readonly string[] {
  const commands = job.flatMap(({ file, args = [], input = '', environment = {} }) => [
    'C',
    ...[file, ...args].map((word) => `A${word}`),
    ...Object.entries(environment).map(([name, value]) => `E${name}=${value}`),
    `I${input}`,
  ])
  return ['J', ...commands]
}

/** Programs that are compiled for a run of the benchmark. */
export interface Compiled {
  readonly launcher: string
  /** Does nothing: the least that the start of a process takes. */
  readonly empty: string
}

/** @param directory for the programs; they need a C compiler */
export async function compile(directory: string): Promise<Compiled> {
  const cc = async (name: string, source: string, input?: string) => {
    const file = join(directory, name)
    const options = ['-O2', '-static', '-Wall', '-Wextra', '-Werror']
    await output(['cc', ...options, '-x', 'c', '-o', file, source], input === undefined ? {} : { input })
    return file
  }
  return {
    launcher: await cc('launcher', fileURLToPath(new URL('launcher.c', import.meta.url))),
    empty: await cc('empty', '-', 'int main(void) { return 0; }\n'),
  }
}
