import { err, ok, type Result } from 'neverthrow'
import { type Document, documentOf, required, type Warn } from './document.ts'
import type { ConfigProblem } from './problem.ts'

/**
 * Reads the configuration of any plugin.
 *
 * @param value the parsed JSON document
 * @param read reads its keys, and notes in `problems` what is wrong with them
 * @param warn is told of keys in another case
 * @returns what `read` returns, or everything that is wrong
 */
export function readDocument<T>(
  value: unknown,
  read: (document: Document) => T,
  warn: Warn = () => {},
): Result<T, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const document = documentOf(value, '', { problems, warn })
  if (document === undefined) return err([{ path: '', found: value, expected: 'a JSON object' }])
  const meaning = read(document)
  return problems.length > 0 ? err(problems) : ok(meaning)
}

const nameRule = 'the name of the network: letters, digits, "_", "." and "-", a letter or digit first'

/**
 * Reads `name`.
 *
 * @returns the empty text when it is missing or wrong, and noted so
 * @see CNI specification 1.1.0, section 1, key `name`
 */
export function networkNameOf(document: Document): string {
  const isName = (text: string) => (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text) ? text : undefined)
  return required(document, 'name', nameRule, isName) ?? ''
}

/** Reads a key that is `true` or `false`; absent and `null` are false. */
export function flagOf(document: Document, key: string): boolean {
  const found = document.at(key)
  if (found === undefined || found === null || typeof found === 'boolean') return found === true
  document.problems.push({ path: document.path + key, found, expected: 'true or false' })
  return false
}
