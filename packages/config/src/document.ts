import type { ConfigProblem } from './problem.ts'

/** A JSON object that is being read, and what was found wrong with it so far. */
export interface Document {
  readonly at: (key: string) => unknown
  /** Path of the object with a dot behind it, or empty for the top. */
  readonly path: string
  readonly problems: ConfigProblem[]
}

/** @returns `undefined` when the value is not an object */
export function documentOf(value: unknown, path: string, problems: ConfigProblem[]): Document | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // Own keys only: a document must not find what every JavaScript object has, such as `constructor`.
  const entries = new Map<string, unknown>(Object.entries(value))
  return { at: (key) => entries.get(key), path, problems }
}

/** Turns a text into what it means; `undefined` when it has no meaning. */
export type Read<T> = (text: string) => T | undefined

/**
 * Reads a text. Absent, `null` and empty texts are taken for left out, as the reference plugin takes them.
 *
 * @param expected which values are right, as a noun phrase
 * @returns `undefined` when it is left out, or wrong and noted so
 */
export function optional<T>(document: Document, key: string, expected: string, read: Read<T>): T | undefined {
  const found = document.at(key)
  if (found === undefined || found === null || found === '') return undefined
  const meaning = typeof found === 'string' ? read(found) : undefined
  if (meaning === undefined) document.problems.push({ path: document.path + key, found, expected })
  return meaning
}

/** Reads a list of texts, each by itself. Absent and `null` are taken for an empty list. */
export function list<T>(document: Document, key: string, expected: string, read: Read<T>): readonly T[] {
  const found = document.at(key)
  const path = document.path + key
  if (found === undefined || found === null) return []
  if (!Array.isArray(found)) {
    document.problems.push({ path, found, expected: `a list, each entry ${expected}` })
    return []
  }
  return found.flatMap((entry: unknown, index) => {
    const meaning = typeof entry === 'string' ? read(entry) : undefined
    if (meaning !== undefined) return [meaning]
    document.problems.push({ path: `${path}[${index}]`, found: entry, expected })
    return []
  })
}
