import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, thisPlatform } from '@vpc-bridge/standalone'
import { output } from '@vpc-bridge/testbed'
import { onTestFinished } from 'vitest'
import { bundleExecutable } from '../../bundle.ts'

/** Where the sources are from which the executable is built. */
export const app = fileURLToPath(new URL('../..', import.meta.url))

/** A directory that is there until the running test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/**
 * Builds the executable for a platform; it is there until the running test ends.
 *
 * @param runner a command that runs the command after it
 * @returns the path of the executable
 */
export async function buildExecutable(platform: string, runner: readonly string[] = []): Promise<string> {
  const directory = await temporaryDirectory()
  await output([...runner, process.execPath, 'build-executable.ts', '--outdir', directory, platform], { cwd: app })
  return join(directory, `vpc-bridge-${platform}`)
}

/** Builds the executable that ends at the first error of memory or undefined behaviour; it is there until the running test ends. */
export async function buildSanitizedExecutable(): Promise<string> {
  const platform = thisPlatform()
  if (platform === undefined) throw new Error('there is no host for this platform')
  const directory = await temporaryDirectory()
  const output = join(directory, 'vpc-bridge')
  const bundled = await bundleExecutable(directory)
  ;(await build({ bundle: bundled, output, platform, sanitized: true }))._unsafeUnwrap()
  return output
}
