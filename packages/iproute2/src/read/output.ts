import { err, ok, type Result } from 'neverthrow'
import { type Decoder, list } from './decode.ts'

/**
 * Takes apart what `ip -json` printed: a list of objects.
 *
 * @returns one line that says what is wrong with it, when it is something else
 */
export function decodeOutput<T>(output: string, entry: Decoder<T>): Result<readonly T[], string> {
  return parse(output)
    .map(withoutEmpty)
    .andThen((value) => list(entry)(value, ''))
    .mapErr((problem) => `ip -json printed something unexpected: ${problem}`)
}

function parse(output: string): Result<unknown, string> {
  // Nothing at all: what some versions print in place of an empty list.
  if (output.trim() === '') return ok([])
  try {
    return ok(JSON.parse(escapeControls(output)))
  } catch (error) {
    return err(String(error))
  }
}

/** `ip` leaves control characters of an interface's alias as they are, which JSON forbids. */
function escapeControls(output: string): string {
  // Line ends stand between the elements too, where an escape would be wrong; in texts, `ip` escapes them itself.
  return output.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
    /[\x00-\x08\x0b\x0c\x0e-\x1f]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `ip` prints `{}` in the place of what its own filters left out. */
function withoutEmpty(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.filter((entry) => typeof entry !== 'object' || entry === null || Object.keys(entry).length > 0)
}
