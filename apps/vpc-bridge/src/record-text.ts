/**
 * Records as the aliases of links have them: `vpc-bridge v=1 KEY=VALUE …`. No value has a space in it: names of networks,
 * containers and interfaces cannot. `v` is the version of the format; texts without it are of the first versions of vpc-bridge,
 * and read as of version 1. Keys that are unknown mean nothing: a change that an older program must not overlook gets a new
 * version.
 */

import type { Alias } from '@vpc-bridge/link'

/** The first word of each. */
const mark = 'vpc-bridge'

/** The version of the format that is written, and the newest that can be read. */
const formatVersion = 1

type Entries = Readonly<Partial<Record<string, string>>>

export function writeRecord(entries: Readonly<Record<string, string>>): string {
  const words = Object.entries({ v: String(formatVersion), ...entries }).map(([key, value]) => `${key}=${value}`)
  return [mark, ...words].join(' ')
}

/** What a record says; nothing if it is none, or cannot be read. */
export function readRecord(alias: string | undefined): Entries {
  return isNewerRecord(alias) ? {} : entriesOf(alias)
}

/** Whether an alias is a record in a format that this version does not know. */
export function isNewerRecord(alias: string | undefined): boolean {
  const { v = '0' } = entriesOf(alias)
  return !(Number(v) <= formatVersion)
}

/**
 * A record for a link to have, unless it carries one that says the same: in the format of another version, or with what may
 * differ.
 *
 * @param text that {@link writeRecord} has written
 * @param mayDiffer keys whose values do not matter
 */
export function recordAlias(text: string, mayDiffer: readonly string[] = []): Alias {
  const meaning = (alias: string) => {
    const entries = Object.entries(entriesOf(alias)).filter(([key]) => key !== 'v' && !mayDiffer.includes(key))
    return JSON.stringify(entries.sort())
  }
  return { text, isSaidBy: (found) => meaning(found) === meaning(text) }
}

function entriesOf(alias: string | undefined): Entries {
  const values: Partial<Record<string, string>> = {}
  if (!alias?.startsWith(`${mark} `)) return values
  for (const entry of alias.slice(mark.length + 1).split(' ')) {
    const equals = entry.indexOf('=')
    if (equals > 0) values[entry.slice(0, equals)] = entry.slice(equals + 1)
  }
  return values
}
