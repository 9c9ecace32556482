import { join } from 'node:path'
import { type BuildOptions, build, thisPlatform } from '@vpc-bridge/standalone'
import { build as bundle } from 'tsup'

/**
 * Makes a standalone executable of a program of tests. What it imports as `node:assert/strict` is the part of it that this package
 * has.
 *
 * @param entry path of its source
 * @param directory where the bundle and the executable are put
 * @param variant the platform, that of this machine if absent, and whether it ends at the first error of memory or undefined behaviour
 * @returns the path of the executable
 */
export async function buildStandaloneProgram(
  entry: string,
  directory: string,
  { platform = thisPlatform(), sanitized = false }: Partial<Pick<BuildOptions, 'platform' | 'sanitized'>> = {},
): Promise<string> {
  if (platform === undefined) throw new Error('there is no host for this platform')
  await bundle({
    entry: { program: entry },
    outDir: directory,
    config: false,
    silent: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    removeNodeProtocol: false,
    noExternal: [/^(?!standalone:host$)/],
    external: ['standalone:host'],
    esbuildOptions: (options) => {
      options.alias = { 'node:assert/strict': new URL('assert.ts', import.meta.url).pathname }
      options.conditions = ['@vpc-bridge/source', 'import']
      options.mainFields = ['module', 'main']
    },
  })
  const output = join(directory, platform)
  const built = await build({ bundle: join(directory, 'program.js'), output, platform, sanitized })
  if (built.isErr()) throw new Error(built.error)
  return output
}
