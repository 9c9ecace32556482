import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commands } from './generator/commands.ts'
import { modes } from './generator/modes.ts'
import { begin, finish } from './generator/play.ts'

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
  const drawn = commands.map((each) => fc.constant(each))
  let runs = 0
  const property = fc.asyncProperty(
    fc.constantFrom(...modes),
    fc.constantFrom('name' as const, 'MAC address' as const),
    fc.commands(drawn, { maxCommands: 30, size: 'max' }),
    async (mode, by, sequence) => {
      runs += 1
      const play = await begin(mode, by)
      try {
        await fc.asyncModelRun(() => ({ model: play.story, real: play }), sequence)
        await finish(play)
      } finally {
        await play.end()
      }
    },
  )
  await fc.assert(property, {
    seed,
    numRuns: 1e9,
    interruptAfterTimeLimit: seconds * 1000,
  })
  process.stdout.write(`SEED=${seed}: ${runs} sequences\n`)
  expect(runs).toBeGreaterThan(0)
})
