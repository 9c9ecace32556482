import { readFileSync } from 'node:fs'
import { err, ok, type Result } from 'neverthrow'
import { seed } from './seed.ts'
import type { Terminal } from './terminal.ts'

/**
 * Reads the configuration.
 *
 * @param file path, `-` for the standard input, `undefined` for the built-in one
 * @returns the parsed document, or in one line why it cannot be had
 */
export function readConfig(
  file: string | undefined,
  { readInput }: Pick<Terminal, 'readInput'>,
): Result<unknown, string> {
  if (file === undefined) return ok(seed.config)
  const from = file === '-' ? 'the standard input' : file
  const text = file === '-' ? readInput() : readFile(file)
  return text
    .mapErr((reason) => `no configuration can be read from ${from}: ${reason}`)
    .andThen((json) => parse(json).mapErr((reason) => `what ${from} has is ${reason}`))
}

function readFile(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'))
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

function parse(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text.replace(/^\ufeff/, '')))
  } catch {
    // The engine's message would repeat the text as it is, control characters and all.
    return err('not JSON')
  }
}
