import { describeProblem } from '@vpc-bridge/config'
import type { Files } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'

/** A network configuration: a JSON object. */
export type NetworkConfiguration = Readonly<Record<string, unknown>>

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
  usual: NetworkConfiguration | undefined,
  { read, readToEnd }: Files,
): Result<NetworkConfiguration, string> {
  if (file === undefined) return usual === undefined ? err('give --config: the network configuration') : ok(usual)
  const from = file === '-' ? 'the standard input' : file
  const text = file === '-' ? readToEnd(0, limitBytes) : read(file)
  return text
    .mapErr(({ errno, message }) => `no configuration can be read from ${from}: ${errno}: ${message}`)
    .andThen((json) => parse(json).mapErr((reason) => `what ${from} has is ${reason}`))
    .andThen((found) =>
      isObject(found) ? ok(found) : err(describeProblem({ path: '', found, expected: 'a JSON object' })),
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

function isObject(value: unknown): value is NetworkConfiguration {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
