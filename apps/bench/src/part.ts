import type { Contestant } from './contestant.ts'
import type { Debian } from './debian.ts'
import type { Compiled } from './launcher.ts'
import type { Table } from './statistics.ts'

/** What is measured, and how much of it. */
export interface Setting {
  readonly programs: Compiled
  readonly debian: Debian
  readonly contestants: readonly Contestant[]
  readonly rounds: number
  /** How many containers come at once. */
  readonly burst: number
  /** How many endpoints are there where many are. */
  readonly endpoints: number
}

/** What a part of the benchmark finds. */
export interface Titled {
  readonly title: string
  readonly table: Table
}

/** A part of the benchmark; returns its tables by name. */
export type Part = (setting: Setting) => Promise<Readonly<Record<string, Titled>>>

/**
 * Runs something for each of several in each round. They take turns, and each round begins with the next one: what else the machine does, and
 * what one leaves behind, meets all of them.
 */
export async function alternate<T>(
  all: Iterable<T>,
  rounds: number,
  measure: (each: T) => Promise<void>,
): Promise<void> {
  const each = [...all]
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < each.length; turn += 1) {
      const next = each[(round + turn) % each.length]
      if (next !== undefined) await measure(next)
    }
  }
}

/** Rounds of what takes long. */
export const fewer = (rounds: number): number => Math.ceil(rounds / 5)
