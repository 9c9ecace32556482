import { errAsync, okAsync } from 'neverthrow'
import type { Step } from '../src/index.ts'

/** What the test steps work on: things on a shelf, and everything that happened to it. */
export interface Shelf {
  readonly things: Set<string>
  readonly history: string[]
}

export function shelf(...things: string[]): Shelf {
  return { things: new Set(things), history: [] }
}

/** Puts each part on the shelf. `stuck` parts cannot be put there, `glued` ones cannot be taken away. */
export function put(
  name: string,
  { parts = [name], stuck = [], glued = [] }: { parts?: string[]; stuck?: string[]; glued?: string[] } = {},
): Step<Shelf, string> {
  const take = (on: Shelf, part: string) => {
    if (glued.includes(part)) return errAsync(`${part} is glued`)
    on.things.delete(part)
    on.history.push(`-${part}`)
    return okAsync()
  }
  return {
    name,
    apply: (on, undo) => {
      for (const part of parts.filter((each) => !on.things.has(each))) {
        if (stuck.includes(part)) return errAsync(`${part} is stuck`)
        on.things.add(part)
        on.history.push(`+${part}`)
        undo({ what: `take ${part}`, run: () => take(on, part).map(() => 'undone') })
      }
      return okAsync()
    },
    revert: (on) => {
      if (!on.things.has(name)) return okAsync('absent')
      return take(on, name).map(() => 'removed' as const)
    },
  }
}
