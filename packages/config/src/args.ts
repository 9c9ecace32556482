import type { Field } from './field.ts'

/** Keys whose values CNI_ARGS may have, under the same names in whatever case. */
export interface ArgKeys {
  readonly texts: readonly string[]
  /** In CNI_ARGS with commas between the entries. */
  readonly lists: readonly string[]
}

/** Makes a field whose keys may stand in CNI_ARGS, too; the values there come in the place of those of the document. */
export function withArgs<T>({ texts, lists }: ArgKeys, field: Field<T>): Field<T> {
  const names = [...texts, ...lists]
  return {
    ...field,
    read: (document, purpose) => {
      const given = new Map(Object.entries(purpose.args).map(([name, text]) => [name.toLowerCase(), text]))
      const at = (key: string) => {
        const text = names.includes(key) ? (given.get(key.toLowerCase()) ?? '') : ''
        if (text === '') return document.at(key)
        return lists.includes(key) ? text.split(',') : text
      }
      return field.read({ ...document, at }, purpose)
    },
  }
}
