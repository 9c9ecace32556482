import { err, type Result } from 'neverthrow'
import type { Command, Field } from './field.ts'
import type { ConfigProblem } from './problem.ts'
import { type Caller, readDocument } from './read-document.ts'

/**
 * Reads a configuration from a file's text. What is no JSON is a problem like any other, with an empty path.
 *
 * @param text JSON, with or without a byte order mark; of keys that are there twice, the last counts
 */
export function readText<T>(
  text: string,
  field: Field<T>,
  command?: Command,
  caller?: Caller,
): Result<T, readonly ConfigProblem[]> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    // Of the engine's message only the position: the rest repeats the text as it is, control characters and all.
    const position = /line \d+ column \d+/.exec(String(error))
    return err([{ path: '', found: text, expected: position === null ? 'JSON' : `JSON, which ends at ${position[0]}` }])
  }
  return readDocument(value, field, command, caller)
}
