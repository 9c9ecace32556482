import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, thisPlatform } from '@vpc-bridge/standalone'
import { onTestFinished } from 'vitest'

/** Makes the executable of the bundle that the build has made; returns its path. */
export async function buildExecutable(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-eni-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const output = join(directory, 'vpc-eni')
  const bundle = join(import.meta.dirname, '../dist/main.js')
  ;(await build({ bundle, output, platform: thisPlatform() ?? 'linux-x64' }))._unsafeUnwrap()
  return output
}
