import assert from 'node:assert/strict'
import type { Runtime, Syscalls } from '../../src/index.ts'
import type { ContractCase, ContractWorld } from './case.ts'
import { childCases } from './children.ts'
import { fileCases } from './files.ts'
import { interruptionCases } from './interruption.ts'
import { streamCases } from './streams.ts'

export const contractCases: readonly ContractCase[] = [...fileCases, ...streamCases, ...childCases]
export { interruptionCases }

/** What became of a case. */
export interface Outcome {
  readonly name: string
  readonly failure?: string
}

type Command = (runtime: Runtime, syscalls: Syscalls, words: readonly string[]) => Promise<number>

/** What the program is for, by its first argument. */
const commands: Readonly<Record<string, Command>> = {
  /** Performs cases in directories below one, and prints for each what became of it. */
  cases: async (runtime, syscalls, [directory = '', ...names]) => {
    for (const [n, { name, run }] of contractCases.entries()) {
      if (names.length === 0 || names.includes(name))
        await perform(name, run, { runtime, syscalls, directory: `${directory}/${n}` })
    }
    return 0
  },
  interruption: async (runtime, syscalls, [directory = '', name = '']) => {
    const run = interruptionCases[name]
    assert.ok(run)
    await perform(name, run, { runtime, syscalls, directory })
    return 0
  },
  /** Prints what the process has been given. */
  process: async ({ args, environment, pid, executable, files }) => {
    const interactive = [0, 1, 2].map(files.isTerminal)
    return files.write(1, JSON.stringify({ args, environment: { ...environment }, pid, executable, interactive }))
      ? 0
      : 1
  },
  /** Copies standard input to standard output; the exit code tells whether it could. */
  copy: async ({ files }, _, [limit = '1000000']) => {
    const input = files.readToEnd(0, Number(limit))
    if (input.isErr()) {
      files.write(2, input.error.errno)
      return 3
    }
    return files.write(1, input.value) ? 0 : 4
  },
  /** Runs a child whose standard error is passed on. */
  'pass on': async ({ runChild, files, environment }, _, [script = '']) => {
    const limits = { timeoutMs: 5000, outputLimitBytes: 100_000 }
    const end = await runChild('sh', ['-c', script], { environment, passStderrOn: true, ...limits })
    return files.write(1, JSON.stringify(end)) ? 0 : 1
  },
  abort: async (_, { abort }, [reason = '']) => abort(reason),
}

export async function main(runtime: Runtime, syscalls: Syscalls): Promise<never> {
  const [name = '', ...words] = runtime.args
  return runtime.exit((await commands[name]?.(runtime, syscalls, words)) ?? 64)
}

async function perform(name: string, run: ContractCase['run'], world: ContractWorld): Promise<void> {
  world.runtime.files.makeDirectory(world.directory)
  const failure = await run(world).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? `${error.message}\n${error.stack}` : String(error)),
  )
  const outcome: Outcome = { name, ...(failure === undefined ? {} : { failure }) }
  world.runtime.files.write(1, `${JSON.stringify(outcome)}\n`)
}
