import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { err, ok, type Result } from 'neverthrow'

/**
 * Makes or replaces a file in one step, so that nobody finds half of it, also where the old one is a program that runs.
 *
 * @returns why it could not, in one line
 */
export async function replaceFile(path: string, content: Uint8Array, mode: number): Promise<Result<void, string>> {
  const temporary = `${path}.${process.pid}`
  try {
    await writeFile(temporary, content)
    await chmod(temporary, mode)
    await rename(temporary, path)
    return ok(undefined)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    return err(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}
