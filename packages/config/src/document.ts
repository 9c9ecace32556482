import type { ConfigProblem } from './problem.ts'

/** A JSON object that is being read, and what was found wrong with it so far. */
export interface Document {
  /** Returns the value of a key, or else that of the same key in another case: what other plugins are written in, Go, takes it too. */
  readonly at: (key: string) => unknown
  /** Path of the object with a dot behind it, or empty for the top. */
  readonly path: string
  readonly problems: ConfigProblem[]
  readonly warn: Warn
}

/** Tells of what is odd, and no problem, in one line. */
export type Warn = (text: string) => void

/** An entry of a list, with where it is and how it was written. */
export interface Entry<T> {
  /** `ipAddresses[1]` */
  readonly path: string
  readonly found: string
  readonly value: T
}

/** @returns `undefined` when the value is not an object */
export function documentOf(
  value: unknown,
  path: string,
  { problems, warn }: Pick<Document, 'problems' | 'warn'>,
): Document | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // Own keys only: a document must not find what every JavaScript object has, such as `constructor`.
  const entries = new Map<string, unknown>(Object.entries(value))
  // Of several the last one: Go sets a field again and again.
  const inOtherCase = new Map([...entries.keys()].map((key) => [key.toLowerCase(), key]))
  const told = new Set<string>()
  const at = (key: string) => {
    if (entries.has(key)) return entries.get(key)
    const other = inOtherCase.get(key.toLowerCase())
    if (other === undefined) return undefined
    if (!told.has(other)) warn(`${path}${other} is taken for ${path}${key}: the case of its letters is wrong`)
    told.add(other)
    return entries.get(other)
  }
  return { at, path, problems, warn }
}

/**
 * Reads an object that may be left out.
 *
 * @param expected which values are right, as a noun phrase
 * @returns `undefined` when it is left out, or wrong and noted so
 */
export function optionalObject(top: Document, key: string, expected: string): Document | undefined {
  if (isLeftOut(top, key)) return undefined
  const found = top.at(key)
  const path = top.path + key
  const document = documentOf(found, `${path}.`, top)
  if (document === undefined) top.problems.push({ path, found, expected })
  return document
}

/** Turns a text into what it means; `undefined` when it has no meaning. */
export type Read<T> = (text: string) => T | undefined

/** Returns true for a key that is absent, `null` or an empty text, as the reference plugin takes them. */
export function isLeftOut(document: Document, key: string): boolean {
  const found = document.at(key)
  return found === undefined || found === null || found === ''
}

/**
 * Reads a text that must be there.
 *
 * @param expected which values are right, as a noun phrase
 * @returns `undefined` when it is missing or wrong, and noted so
 */
export function required<T>(document: Document, key: string, expected: string, read: Read<T>): T | undefined {
  const found = document.at(key)
  const meaning = typeof found === 'string' ? read(found) : undefined
  if (meaning === undefined) document.problems.push({ path: document.path + key, found, expected })
  return meaning
}

/**
 * Reads a list of texts, each by itself. One that is left out is taken for an empty list.
 *
 * @returns the entries that are right; the others are noted
 */
export function list<T>(document: Document, key: string, expected: string, read: Read<T>): readonly Entry<T>[] {
  const found = document.at(key)
  const listPath = document.path + key
  if (isLeftOut(document, key)) return []
  if (!Array.isArray(found)) {
    document.problems.push({ path: listPath, found, expected: `a list, each entry ${expected}` })
    return []
  }
  const entries: Entry<T>[] = []
  for (let index = 0; index < found.length; index += 1) {
    const entry: unknown = found[index]
    const path = `${listPath}[${index}]`
    const value = typeof entry === 'string' ? read(entry) : undefined
    if (typeof entry === 'string' && value !== undefined) entries.push({ path, found: entry, value })
    else document.problems.push({ path, found: entry, expected })
  }
  return entries
}
