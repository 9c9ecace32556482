import type { Document } from './document.ts'

/** Keys of a document whose values CNI_ARGS may have in their place, under the same names in whatever case. */
export interface ArgKeys {
  readonly texts: readonly string[]
  /** In CNI_ARGS with commas between the entries. */
  readonly lists: readonly string[]
}

/**
 * Returns a document in which values of CNI_ARGS stand in the place of its own.
 *
 * @param args CNI_ARGS, taken apart
 */
export function withArgs(
  document: Document,
  args: Readonly<Record<string, string>>,
  { texts, lists }: ArgKeys,
): Document {
  const given = new Map(Object.entries(args).map(([name, text]) => [name.toLowerCase(), text]))
  return {
    ...document,
    at: (key) => {
      const text = [...texts, ...lists].includes(key) ? (given.get(key.toLowerCase()) ?? '') : ''
      if (text === '') return document.at(key)
      return lists.includes(key) ? text.split(',') : text
    },
  }
}
