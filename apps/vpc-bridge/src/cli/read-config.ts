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
  try {
    return ok(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return err(`no configuration can be read from ${from}: ${reason}`)
  }
}
