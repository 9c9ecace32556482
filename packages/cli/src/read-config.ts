import { describeProblem } from '@vpc-bridge/config'
import type { Files } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { isJsonObject, type JsonObject } from './json-object.ts'

/** Far more than the longest configuration has. */
const limitBytes = 16_777_216

/**
 * Reads the configuration.
 *
 * @param file path, `-` for the standard input, `undefined` for the usual one
 * @param usual absent: there is none
 * @returns the parsed document, or in one line why it cannot be had
 */
export function readConfig(
  file: string | undefined,
  usual: JsonObject | undefined,
  { read, readToEnd }: Files,
): Result<JsonObject, string> {
  if (file === undefined) return usual === undefined ? err('give --config: the network configuration') : ok(usual)
  const from = file === '-' ? 'the standard input' : file
  const text = file === '-' ? readToEnd(0, limitBytes) : read(file)
  return text
    .mapErr(({ errno, message }) => `no configuration can be read from ${from}: ${errno}: ${message}`)
    .andThen((json) => parse(json).mapErr((reason) => `what ${from} has is ${reason}`))
    .andThen((found) =>
      isJsonObject(found) ? ok(found) : err(describeProblem({ path: '', found, expected: 'a JSON object' })),
    )
}

function parse(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text.replace(/^\ufeff/, '')))
  } catch {
    // The engine's message would repeat the text as it is, control characters and all.
    return err('not JSON')
  }
}
