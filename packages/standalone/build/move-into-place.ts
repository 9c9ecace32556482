import { rename, rm } from 'node:fs/promises'

/** Moves a directory that is whole to its place, unless another process was first to fill that. */
export async function moveIntoPlace(directory: string, place: string): Promise<void> {
  await rename(directory, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  await rm(directory, { recursive: true, force: true })
}
