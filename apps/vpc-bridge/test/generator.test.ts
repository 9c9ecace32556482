import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isNamed } from './generator/known.ts'
import { type MemoryStory, memoryChanges } from './generator/memory-changes.ts'
import { add, begin, change, del, finish, gc, harms, hurt, type MemoryPlay } from './generator/memory-play.ts'
import { hosts, type KnownBy, type Mode } from './generator/modes.ts'
import { commandOf, playSequences } from './generator/sequences.ts'

/* What happens to a host while containers run, in sequences, with CNI commands in between; see generator.system.test.ts. */

// The same each time, so that CI tells of changes of the sources alone; another one looks for more.
const seed = Number(process.env['SEED'] ?? 1)
const seconds = Number(process.env['GENERATOR_SECONDS'] ?? 1)

const edits = {
  'as it was': {},
  'with another mode': { bridgeType: 'L2', addresses: [] },
  'with another ENI': { eni: { by: 'name', name: 'eth11' } },
  'with another address': { addresses: ['192.168.1.44/24'] },
} as const

const command = commandOf<MemoryStory, MemoryPlay>

const isFree = (number: number) => (story: MemoryStory) =>
  !story.living.has(number) && isNamed(story, story.others.has('name'))
const isThere =
  (number: number) =>
  ({ living, hurt: ill }: MemoryStory) =>
    living.has(number) && !ill.has(number)

const adding = hosts.map((number) => command(`ADD ${number}`, isFree(number), (play) => add(play, number)))
const changing = memoryChanges.map((each) =>
  command(each.name, each.applies ?? (() => true), (play) => change(play, each)),
)
const hurting = hosts.flatMap((number) =>
  Object.keys(harms).map((harm) => command(`${number}: ${harm}`, isThere(number), (play) => hurt(play, number, harm))),
)
const removing = hosts.flatMap((number) =>
  Object.entries(edits).map(([name, edit]) =>
    command(
      `DEL ${number} ${name}`,
      // Of an endpoint that went with its container nothing but the configuration tells which network it was on.
      ({ living, dead, hasRecord }) => living.has(number) && !('eni' in edit && (dead.has(number) || !hasRecord)),
      (play) => del(play, number, edit),
    ),
  ),
)
const commands = [
  ...adding,
  ...adding,
  ...changing,
  ...hurting,
  ...removing,
  command(
    'GC',
    () => true,
    (play) => gc(play),
  ),
]

test(`SEED=${seed}: whatever happens to a host, an ADD works or fails as STATUS says, and all of it can be removed`, {
  timeout: seconds * 1000 + 60_000,
}, async () => {
  const stage = {
    begin: async (mode: Mode, by: KnownBy) => {
      // Nothing in memory waits for anything: the limit of time would never be looked at.
      await setImmediate()
      return begin(mode, by)
    },
    finish,
  }
  const runs = await playSequences(commands, stage, { seed, seconds })
  expect(runs).toBeGreaterThan(0)
})
