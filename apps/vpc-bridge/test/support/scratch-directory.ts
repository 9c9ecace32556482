import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Makes a directory that is gone when the test has finished. */
export async function scratchDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
