import { setImmediate } from 'node:timers/promises'
import fc, { type AsyncCommand } from 'fast-check'
import { expect, test } from 'vitest'
import { type MemoryStory, memoryChanges } from './generator/memory-changes.ts'
import { add, begin, change, del, finish, gc, harms, hurt, type MemoryPlay, numbers } from './generator/memory-play.ts'
import { modes } from './generator/modes.ts'

/* What happens to a host while containers run, in sequences, with CNI commands in between; see generator.system.test.ts. */

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
const seconds = process.env['GENERATOR_SECONDS']

const edits = {
  'as it was': {},
  'with another mode': { bridgeType: 'L2', addresses: [] },
  'with another ENI': { eni: { by: 'name', name: 'eth11' } },
  'with another address': { addresses: ['192.168.1.44/24'] },
} as const

const isFree =
  (number: number) =>
  ({ living }: MemoryStory) =>
    !living.has(number)
const isThere =
  (number: number) =>
  ({ living, hurt: ill }: MemoryStory) =>
    living.has(number) && !ill.has(number)

type Part = readonly [name: string, applies: (story: MemoryStory) => boolean, run: (play: MemoryPlay) => Promise<void>]

const adding = numbers.map((number): Part => [`ADD ${number}`, isFree(number), (play) => add(play, number)])
const changing = memoryChanges.map(
  (each): Part => [each.name, each.applies ?? (() => true), (play) => change(play, each)],
)
const hurting = numbers.flatMap((number) =>
  Object.keys(harms).map((harm): Part => [`${number}: ${harm}`, isThere(number), (play) => hurt(play, number, harm)]),
)
const removing = numbers.flatMap((number) =>
  Object.entries(edits).map(
    // Of an endpoint that went with its container nothing but the configuration tells which network it was on.
    ([name, edit]): Part => [
      `DEL ${number} ${name}`,
      ({ living, dead, hasRecord }) => living.has(number) && !('eni' in edit && (dead.has(number) || !hasRecord)),
      (play) => del(play, number, edit),
    ],
  ),
)
const parts: readonly Part[] = [...adding, ...adding, ...changing, ...hurting, ...removing, ['GC', () => true, gc]]

const commands = parts.map(([name, check, run]) => {
  const command: AsyncCommand<MemoryStory, MemoryPlay> = { check, run: (_, play) => run(play), toString: () => name }
  return fc.constant(command)
})

// By hand: what it finds is in docs/field.md, and not all of that is mended.
test.runIf(seconds !== undefined)(
  `SEED=${seed}: whatever happens to a host, an ADD works or fails as STATUS says, and all of it can be removed`,
  async () => {
    let runs = 0
    const property = fc.asyncProperty(
      fc.constantFrom(...modes),
      fc.constantFrom('name' as const, 'MAC address' as const),
      fc.commands(commands, { maxCommands: 30, size: 'max' }),
      async (mode, by, sequence) => {
        runs += 1
        // Nothing in memory waits for anything: the limit of time would never be looked at.
        await setImmediate()
        const play = await begin(mode, by)
        await fc.asyncModelRun(() => ({ model: play.story, real: play }), sequence)
        await finish(play)
      },
    )
    const interruptAfterTimeLimit = Number(seconds) * 1000
    await fc.assert(property, { seed, numRuns: 1e9, interruptAfterTimeLimit })
    expect(runs).toBeGreaterThan(0)
  },
)
