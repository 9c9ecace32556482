import type { Files, Runtime, SystemResult } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { inDirectory, split } from './places.ts'

/** A file to put in its place. */
export interface Placement {
  readonly target: string
  /** Makes the file under another name, whole and on the disk. */
  readonly write: (temporary: string) => SystemResult<void>
}

/** A file that nobody has written to for so long is not being written any more. */
const abandonedAfterMs = 600_000

/**
 * Puts files in their places, in their order, once all have been written: whoever opens one meanwhile gets the earlier or the
 * new one, whole. Directories that are missing are made.
 *
 * @param type of the plugin, after which files are named until they are whole
 * @param placed called after each
 * @returns in one line which file could not be placed, and why: that one and those after it are what they were before
 */
export async function place(
  { files, interruption }: Pick<Runtime, 'files' | 'interruption'>,
  type: string,
  placements: readonly Placement[],
  placed: (target: string) => void,
): Promise<Result<void, string>> {
  const interrupted = interruption()
  const written: { readonly target: string; readonly temporary: string }[] = []
  const giveUp = (target: string, reason: string) => {
    for (const { temporary } of written) files.remove(temporary)
    return err(`${target} cannot be installed, and is what it was before: ${reason}`)
  }
  for (const { target, write } of placements) {
    const { directory } = split(target)
    const temporary = inDirectory(directory, newTemporaryName(type))
    const done = files.makeDirectory(directory).andThen(() => write(temporary))
    if (done.isErr()) return giveUp(target, done.error.message)
    written.push({ target, temporary })
    const signal = await interrupted()
    if (signal !== undefined) return giveUp(target, `interrupted by ${signal}`)
  }
  for (const { target, temporary } of written) {
    const renamed = files.rename(temporary, target)
    if (renamed.isErr()) return giveUp(target, renamed.error.message)
    placed(target)
  }
  for (const { target } of placements) removeAbandoned(files, split(target).directory, type)
  return ok()
}

/**
 * Returns the name of a file until it is whole: none that a runtime takes for a plugin or a network configuration. Random, because
 * process IDs are not: in containers many processes have the same.
 */
function newTemporaryName(type: string): string {
  const random = Math.floor(Math.random() * 2 ** 48)
  return `.${type}-${random.toString(16).padStart(12, '0')}`
}

/** Removes what was written by processes that were killed. */
function removeAbandoned(files: Files, directory: string, type: string): void {
  const names = files.list(directory).unwrapOr([])
  for (const name of names.filter((name) => isTemporary(name, type))) {
    const path = inDirectory(directory, name)
    const modifiedMs = files.stat(path).map((status) => status.modifiedMs)
    if (Date.now() - modifiedMs.unwrapOr(Number.POSITIVE_INFINITY) > abandonedAfterMs) files.remove(path)
  }
}

function isTemporary(name: string, type: string): boolean {
  return name.startsWith(`.${type}-`) && /^[0-9a-f]{12}$/.test(name.slice(type.length + 2))
}
