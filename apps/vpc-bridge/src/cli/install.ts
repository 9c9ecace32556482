import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fromPromise, type ResultAsync } from 'neverthrow'
import { interruption } from '../interruption.ts'

/** Name of the plugin's file: the `type` of its network configurations. */
const fileName = 'vpc-bridge'
/** What the file is named until it is whole. */
const temporaryName = /^\.vpc-bridge-[0-9a-f]{12}$/
/** In milliseconds: a file that nobody has written to for so long is not being written any more. */
const abandonedAfter = 600_000

/**
 * Puts the executable where container runtimes look for CNI plugins. A runtime that starts it meanwhile gets the earlier one
 * or the new one, whole: the file is written under another name, and renamed. SIGINT and SIGTERM undo it.
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
  const signal = interruption()
  const goOn = () => {
    if (signal.aborted) throw new Error(`interrupted by ${signal.reason}`)
  }
  await mkdir(directory, { recursive: true })
  const temporary = join(directory, `.${fileName}-${randomBytes(6).toString('hex')}`)
  try {
    await copyFile(executable, temporary)
    goOn()
    await chmod(temporary, 0o755)
    await flush(temporary)
    goOn()
    await rename(temporary, file)
  } catch (error) {
    // If it cannot be removed either, the first error tells more.
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  // It is installed, whatever comes of these.
  await flush(directory).catch(() => {})
  await removeAbandoned(directory).catch(() => {})
  return file
}

/** Has a file or directory written to its disk: after a power failure there must not be an empty one under the plugin's name. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Removes what installations have left that were killed. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!temporaryName.test(name)) continue
    const path = join(directory, name)
    if (Date.now() - (await stat(path)).mtimeMs > abandonedAfter) await rm(path)
  }
}
