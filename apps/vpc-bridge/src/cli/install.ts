import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromPromise, type ResultAsync } from 'neverthrow'

/** Name of the plugin's file: the `type` of its network configurations. */
const fileName = 'vpc-bridge'

/**
 * Puts the executable where container runtimes look for CNI plugins. A runtime that starts it meanwhile gets the earlier one
 * or the new one, whole: the file is written under another name, and renamed.
 *
 * @param executable path of the standalone executable
 * @param directory is made if it is not there
 * @returns the path of the installed file; the error is one line
 */
export function install(executable: string, directory: string): ResultAsync<string, string> {
  const file = join(directory, fileName)
  return fromPromise(putInPlace(executable, directory, file), (error) => {
    const reason = error instanceof Error ? error.message : String(error)
    return `${file} cannot be installed, and is what it was before: ${reason}`
  })
}

async function putInPlace(executable: string, directory: string, file: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  const temporary = join(directory, `.${fileName}-${randomBytes(6).toString('hex')}`)
  try {
    await copyFile(executable, temporary)
    await chmod(temporary, 0o755)
    await flush(temporary)
    await rename(temporary, file)
    return file
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Has a file written to its disk: after a power failure there must not be an empty one under the plugin's name. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
