import { quoted } from '../shell.ts'
import type { Shown } from '../state-facts.ts'

/** A line for a shell: a command in a namespace, which is named first. */
export type Line = string

/** Puts a command line together; what is undefined is left out. */
export function line(netns: string, ...words: readonly unknown[]): Line {
  return [netns, ...words.filter((word) => word !== undefined).map(written)].join(' ')
}

/** Returns the words of an option that has a value, and none if the value is absent. */
export function option(name: string, value: unknown): readonly unknown[] {
  return value === undefined ? [] : [name, value]
}

/** Returns those of a list that another list has not. */
export function added(before: readonly Shown[], after: readonly Shown[]): readonly Shown[] {
  const known = new Set(before.map((each) => JSON.stringify(each)))
  return after.filter((each) => !known.has(JSON.stringify(each)))
}

export function flagsOf({ flags }: Shown): readonly unknown[] {
  return Array.isArray(flags) ? flags : []
}

/** A word of a shell script, without quotes where it needs none: people read these lines. */
function written(word: unknown): string {
  const text = String(word)
  return /^[\w@%+=:,./{}-]+$/.test(text) ? text : quoted(text)
}
