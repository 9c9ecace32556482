import type { Alias } from '@vpc-bridge/link'
import { utf8Length } from '@vpc-bridge/runtime'

/** The kernel's limit for an alias, in bytes (IFALIASZ less the terminator). */
export const maxAlias = 255

/** The entries of a record, by key. No value has a space in it: names of networks, containers and interfaces cannot. */
export type Entries = Readonly<Partial<Record<string, string>>>

/**
 * The form of the records that a plugin keeps in the aliases of its links, where they vanish with the links:
 * `MARK v=VERSION KEY=VALUE …`. A text without `v` is read as of version 1. Keys that are unknown mean nothing: a change that an
 * older program must not overlook gets a new version.
 */
export interface RecordFormat {
  /**
   * Returns the text of a record.
   *
   * @param entries must be in it
   * @param optional are in it as long as there is room, in this order
   */
  readonly write: (entries: Entries, optional?: Entries) => string
  /** Returns the entries of a record; none if the alias is no record of this plugin, or of a newer version. */
  readonly read: (alias: string | undefined) => Entries
  /** Returns true for a record of this plugin in a version that is not known here. */
  readonly isNewer: (alias: string | undefined) => boolean
  /** Returns true for a record of another plugin of this toolkit: the link is that one's, even if its name is ours. */
  readonly isForeign: (alias: string | undefined) => boolean
  /**
   * Returns a record for a link to carry, unless it carries one that says the same: in another version, or with other values of
   * some keys.
   *
   * @param text made by `write`
   * @param mayDiffer keys whose values do not matter
   */
  readonly alias: (text: string, mayDiffer?: readonly string[]) => Alias
}

/** The version of the records that the engine writes. */
const engineVersion = 1

/**
 * Returns the form of a plugin's records.
 *
 * @param mark the first word: the plugin's type
 * @param version the version that is written, and the newest that can be read; absent: the engine's
 */
export function recordFormat(mark: string, version = engineVersion): RecordFormat {
  const entriesOf = (alias: string | undefined) => entriesAfter(`${mark} `, alias)
  const isNewer: RecordFormat['isNewer'] = (alias) => {
    const { v = '0' } = entriesOf(alias)
    return !(Number(v) <= version)
  }
  const meaning = (text: string, mayDiffer: readonly string[]) => {
    const entries = Object.entries(entriesOf(text)).filter(([key]) => key !== 'v' && !mayDiffer.includes(key))
    return JSON.stringify(entries.sort())
  }
  return {
    write: (entries, optional = {}) => {
      let text = [mark, ...wordsOf({ v: String(version), ...entries })].join(' ')
      for (const word of wordsOf(optional)) {
        if (utf8Length(text) + 1 + utf8Length(word) <= maxAlias) text += ` ${word}`
      }
      return text
    },
    read: (alias) => (isNewer(alias) ? {} : entriesOf(alias)),
    isNewer,
    isForeign: (alias) => alias !== undefined && /^\S+ v=\d+ /.test(alias) && !alias.startsWith(`${mark} `),
    alias: (text, mayDiffer = []) => ({
      text,
      isSaidBy: (found) => meaning(found, mayDiffer) === meaning(text, mayDiffer),
    }),
  }
}

/** Reads a record of whatever plugin of this toolkit, and version. */
export function entriesOfAny(alias = ''): { readonly plugin: string | undefined; readonly entries: Entries } {
  const plugin = /^(\S+) v=\d+ /.exec(alias)?.[1]
  return { plugin, entries: plugin === undefined ? {} : entriesAfter(`${plugin} `, alias) }
}

function wordsOf(entries: Entries): readonly string[] {
  return Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
}

function entriesAfter(mark: string, alias: string | undefined): Entries {
  const values: Partial<Record<string, string>> = {}
  if (!alias?.startsWith(mark)) return values
  for (const entry of alias.slice(mark.length).split(' ')) {
    const equals = entry.indexOf('=')
    if (equals > 0) values[entry.slice(0, equals)] = entry.slice(equals + 1)
  }
  return values
}
