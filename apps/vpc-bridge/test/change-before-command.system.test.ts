import { expect, test } from 'vitest'
import { type MemoryChange, type MemoryStory, memoryChanges } from './generator/memory-changes.ts'
import { add, begin, change, check, del, finish, gc, type MemoryPlay } from './generator/memory-play.ts'
import { type KnownBy, type Mode, modes } from './generator/modes.ts'

/* Everything that happens to a host while containers run, in each mode, before each command, in memory: twenty seconds of load. */

const commands: Readonly<Record<string, (play: MemoryPlay) => Promise<void>>> = {
  'CHECK, STATUS and ADD': async (play) => {
    await check(play)
    await add(play, 45)
  },
  DEL: (play) => del(play, 43, {}),
  'a GC of one': (play) => gc(play, [44]),
  'a GC of all': (play) => gc(play, []),
}

/** Returns what has to happen for something to happen, and that: an ENI can be switched on that was switched off. */
function leadingTo(each: MemoryChange, story: MemoryStory, depth = 0): readonly MemoryChange[] | undefined {
  if (each.applies?.(story) ?? true) return [each]
  if (depth === 2) return undefined
  const others = memoryChanges.filter((other) => other !== each && (other.applies?.(story) ?? true))
  return others
    .flatMap((other) => {
      const after = { ...story, others: new Set(story.others) }
      other.afterwards?.(after)
      const rest = leadingTo(each, after, depth + 1)
      return rest === undefined ? [] : [[other, ...rest]]
    })
    .toSorted((one, other) => one.length - other.length)[0]
}

async function connectTwo(play: MemoryPlay): Promise<void> {
  for (const number of [43, 44]) await add(play, number)
}

/**
 * Plays what happens to a network, or before there is one if it cannot happen to one; then a command, an ADD, and DELs of all.
 *
 * @returns whether it happens in this mode
 */
async function play(mode: Mode, by: KnownBy, each: MemoryChange, command: string): Promise<boolean> {
  for (const isBefore of [false, true]) {
    const play = await begin(mode, by)
    if (!isBefore) await connectTwo(play)
    const happenings = leadingTo(each, play.story)
    if (happenings === undefined) continue
    for (const happening of happenings) await change(play, happening)
    if (isBefore) await connectTwo(play)
    await commands[command]?.(play)
    if (!play.story.living.has(45)) await add(play, 45)
    await finish(play)
    return true
  }
  return false
}

const happened = new Set<MemoryChange>()

test.each(modes.flatMap((mode) => memoryChanges.map((each) => ({ mode, each }))))(
  '$mode.name: $each.name, before each command',
  async ({ mode, each }) => {
    for (const [index, command] of Object.keys(commands).entries()) {
      // Each change and each command by both, in some mode.
      const by = (index + modes.indexOf(mode)) % 2 === 0 ? 'name' : 'MAC address'
      const isPlayed = await play(mode, by, each, command).catch((cause) => {
        throw new Error(`${command}, the ENI known by ${by}: ${cause.message}`, { cause })
      })
      if (isPlayed) happened.add(each)
    }
  },
)

test('each change happens in some mode', () => {
  expect(memoryChanges.filter((each) => !happened.has(each)).map(({ name }) => name)).toEqual([])
})
