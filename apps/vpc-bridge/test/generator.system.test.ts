import { expect, test } from 'vitest'
import { commands } from './generator/commands.ts'
import { begin, finish } from './generator/play.ts'
import { playSequences } from './generator/sequences.ts'

/*
 * Things happen to a host while containers run, in sequences by chance, and CNI commands in between. Whatever happens, packets get
 * through by every endpoint of which an ADD or CHECK says that it is well, and by what others have made.
 *
 * SEED=number repeats sequences; GENERATOR_SECONDS=number makes it run longer.
 */

// The same each time, so that CI tells of changes of the sources alone; another one looks for more.
const seed = Number(process.env['SEED'] ?? 3001)
const seconds = Number(process.env['GENERATOR_SECONDS'] ?? 30)

test(`SEED=${seed}: whatever happens to a host, its endpoints work, or something says why not`, {
  timeout: seconds * 1000 + 600_000,
}, async () => {
  const runs = await playSequences(commands, { begin, finish, end: ({ end }) => end() }, { seed, seconds })
  process.stdout.write(`SEED=${seed}: ${runs} sequences\n`)
  expect(runs).toBeGreaterThan(0)
})
