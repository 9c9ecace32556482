import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { output } from '@vpc-bridge/testbed'
import { onTestFinished } from 'vitest'

const sources = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Builds the executable for a platform; it is there until the running test ends.
 *
 * @param app the directory of the program's sources
 * @returns the path of the executable
 */
export async function buildExecutable(platform: string, app = sources): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await output([process.execPath, 'build-executable.ts', '--outdir', directory, platform], { cwd: app })
  return join(directory, `vpc-bridge-${platform}`)
}
