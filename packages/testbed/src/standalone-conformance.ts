import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { run } from './command.ts'
import { createScratch } from './scratch.ts'
import { buildStandaloneProgram } from './standalone-program.ts'

/** The end of a case of the conformance suite. */
interface Outcome {
  readonly name: string
  /** Absent: it passed. */
  readonly failure?: string
}

interface Outcomes {
  /** Names of all that were performed. */
  readonly cases: readonly string[]
  readonly failures: readonly Outcome[]
}

/**
 * Makes a standalone executable of a program that performs the conformance suite, and runs it.
 *
 * @param source of the program, of which {@link outcomesIn} reads what it prints
 */
export async function runConformance(source: URL): Promise<Outcomes & { readonly stderr: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-'))
  // Removes the namespaces of the program, whose names begin like its own, if this process is killed.
  const scratch = await createScratch('standalone')
  try {
    const prefix = `${basename(await scratch.newNetns())}-`
    const program = await buildStandaloneProgram(source.pathname, directory)
    const { stdout, stderr } = await run([program, prefix, directory], { timeLimit: 600_000 })
    return { ...outcomesIn(stdout), stderr }
  } finally {
    await scratch.destroy()
    await rm(directory, { recursive: true })
  }
}

/** Reads what a program that performs the conformance suite prints: an outcome per line. */
export function outcomesIn(stdout: string): Outcomes {
  const lines = stdout.split('\n').filter((line) => line !== '')
  const outcomes: readonly Outcome[] = lines.map((line) => JSON.parse(line))
  const failures = outcomes.filter(({ failure }) => failure !== undefined)
  return { cases: outcomes.map(({ name }) => name), failures }
}
