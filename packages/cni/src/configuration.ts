import { err, ok, type Result } from 'neverthrow'
import { type CniError, errorCodes } from './error.ts'
import { assumedVersion } from './version.ts'

/** A network configuration as far as the protocol knows it. */
export interface Configuration {
  /** The version of the specification that it is written in, as it says. */
  readonly cniVersion: string
  /** The whole document; what it means is for the plugin to say. */
  readonly document: Readonly<Record<string, unknown>>
  /** The text of the document, for plugins that this one delegates to: to parse and write it again may change numbers. */
  readonly input: string
}

/** Reads a network configuration from the text on the standard input: code 6 for what is no JSON object. */
export function readConfiguration(text: string): Result<Configuration, CniError> {
  // Some editors begin a file with a byte order mark, which JSON does not allow.
  const input = text.startsWith('\ufeff') ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch (error) {
    // Of the engine's message only the position: the rest repeats the text as it is, control characters and all.
    const [position] = /line \d+ column \d+/.exec(String(error)) ?? []
    const reason = text.trim() === '' ? ': it is empty' : position === undefined ? '' : ` (${position})`
    return err({ code: errorCodes.decodingFailure, msg: `the network configuration is not JSON${reason}` })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return err({ code: errorCodes.decodingFailure, msg: 'the network configuration is not a JSON object' })
  }
  const document: Readonly<Record<string, unknown>> = { ...value }
  const stated = document['cniVersion'] ?? ''
  const cniVersion = stated === '' ? assumedVersion : stated
  if (typeof cniVersion !== 'string') {
    return err({ code: errorCodes.decodingFailure, msg: 'cniVersion must be a text such as "1.0.0"' })
  }
  return ok({ cniVersion, document, input })
}
