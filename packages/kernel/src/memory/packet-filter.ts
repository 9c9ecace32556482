import { okAsync, type ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import { type FilterTables, Refusal } from './world.ts'

/** Returns a table, if need be from the original of a copy. */
export function readTable<T>(
  tables: FilterTables<T>,
  name: string,
  readOriginal: (() => ResultAsync<T | undefined, KernelError>) | undefined,
): ResultAsync<T | undefined, KernelError> {
  if (readOriginal === undefined || tables.has(name)) return okAsync(tables.get(name))
  return readOriginal().map((found) => {
    tables.set(name, found)
    return found
  })
}

/** Returns a table that must exist. */
export function requireTable<T>(tables: FilterTables<T>, name: string): T {
  const found = tables.get(name)
  if (found === undefined) throw new Refusal('ENOENT', 'No such file or directory')
  return found
}

/** Returns entries with one added, in the place of that of the same key. */
export function withEntry<E>(entries: readonly E[], entry: E, keyOf: (entry: E) => string): readonly E[] {
  const others = entries.filter((each) => keyOf(each) !== keyOf(entry))
  return [...others, entry].toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)))
}

/** Returns entries without that of the same key, which must be among them. */
export function withoutEntry<E>(entries: readonly E[], entry: E, keyOf: (entry: E) => string): readonly E[] {
  const others = entries.filter((each) => keyOf(each) !== keyOf(entry))
  if (others.length === entries.length) throw new Refusal('ENOENT', 'No such file or directory')
  return others
}
