import type { Document } from './document.ts'

/**
 * Returns a document in which values of CNI_ARGS stand in the place of its own.
 *
 * @param args CNI_ARGS, taken apart
 * @param keys the key of the document for each name in CNI_ARGS; a list, whose entries have commas between them, if in brackets
 */
export function withArgs(
  document: Document,
  args: Readonly<Record<string, string>>,
  keys: Readonly<Record<string, string | readonly [string]>>,
): Document {
  const given = new Map<string, unknown>()
  for (const [name, key] of Object.entries(keys)) {
    const text = args[name]
    if (text === undefined || text === '') continue
    if (typeof key === 'string') given.set(key, text)
    else given.set(key[0], text.split(','))
  }
  return { ...document, at: (key) => (given.has(key) ? given.get(key) : document.at(key)) }
}
