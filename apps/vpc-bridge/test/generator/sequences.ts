import fc, { type AsyncCommand } from 'fast-check'
import { type KnownBy, type Mode, modes } from './modes.ts'

/** Makes a part of a sequence. */
export function commandOf<S extends object, P>(
  name: string,
  check: (story: S) => boolean,
  run: (play: P) => Promise<void>,
): AsyncCommand<S, P> {
  return { check, run: (_, play) => run(play), toString: () => name }
}

/** Begins a play, ends it with what must hold at last, and cleans up after it, however it went. */
interface Stage<P> {
  readonly begin: (mode: Mode, by: KnownBy) => Promise<P>
  readonly finish: (play: P) => Promise<void>
  readonly end?: (play: P) => Promise<void>
}

/** Plays sequences of commands by chance, until the time is up. Returns how many there were. */
export async function playSequences<S extends object, P extends { readonly story: S }>(
  commands: readonly AsyncCommand<S, P>[],
  { begin, finish, end }: Stage<P>,
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): Promise<number> {
  let runs = 0
  const property = fc.asyncProperty(
    fc.constantFrom(...modes),
    fc.constantFrom('name' as const, 'MAC address' as const),
    fc.commands(
      commands.map((each) => fc.constant(each)),
      { maxCommands: 30, size: 'max' },
    ),
    async (mode, by, sequence) => {
      runs += 1
      const play = await begin(mode, by)
      try {
        await fc.asyncModelRun(() => ({ model: play.story, real: play }), sequence)
        await finish(play)
      } finally {
        await end?.(play)
      }
    },
  )
  await fc.assert(property, { seed, numRuns: 1e9, interruptAfterTimeLimit: seconds * 1000 })
  return runs
}
