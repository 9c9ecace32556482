import { err, ok, type Result } from 'neverthrow'
import { documentOf, isLeftOut, type Warn } from './document.ts'
import type { Command, Field } from './field.ts'
import type { ConfigProblem } from './problem.ts'

/** What comes with a configuration. */
export interface Caller {
  /** CNI_ARGS, taken apart. */
  readonly args?: Readonly<Record<string, string>>
  /** Is told of keys in another case. */
  readonly warn?: Warn
}

/**
 * Reads the configuration of a plugin.
 *
 * @param value the parsed JSON document
 * @param field its keys
 * @returns what they mean, or everything that is wrong with them
 */
export function readDocument<T>(
  value: unknown,
  field: Field<T>,
  command: Command = 'ADD',
  { args = {}, warn = () => {} }: Caller = {},
): Result<T, readonly ConfigProblem[]> {
  const problems: ConfigProblem[] = []
  const document = documentOf(value, '', { problems, warn })
  if (document === undefined) return err([{ path: '', found: value, expected: 'a JSON object' }])
  const meaning = field.read(document, { command, args })
  return problems.length > 0 ? err(problems) : ok(meaning)
}

/** Returns one line for each key of a document that has no effect. */
export function keysWithoutEffect(value: unknown, { keys }: Field<unknown>): readonly string[] {
  const document = documentOf(value, '', { problems: [], warn: () => {} })
  if (document === undefined) return []
  return keys
    .filter(({ name, noEffect }) => noEffect !== undefined && !isLeftOut(document, name))
    .map(({ name, noEffect }) => `${name} ${noEffect}`)
}
