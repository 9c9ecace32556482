import { readFileSync } from 'node:fs'
import { err, ok, type Result } from 'neverthrow'
import { seed } from './seed.ts'

/**
 * Reads the configuration.
 *
 * @param file path, `-` for the standard input, `undefined` for the built-in one
 * @returns the parsed document, or in one line why it cannot be had
 */
export function readConfig(file: string | undefined): Result<unknown, string> {
  if (file === undefined) return ok(seed.config)
  const from = file === '-' ? 'the standard input' : file
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    return err(`no configuration can be read from ${from}: ${error instanceof Error ? error.message : String(error)}`)
  }
  try {
    return ok(JSON.parse(text.replace(/^\ufeff/, '')))
  } catch {
    // The engine's message would repeat the text as it is, control characters and all.
    return err(`what ${from} has is not JSON`)
  }
}
