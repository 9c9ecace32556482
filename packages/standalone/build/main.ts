/*
 * Builds the host and the bytecode compiler into dist, for all platforms; with --sanitized the host for tests instead. The
 * sources and the compiled engine stay in .cache. What this machine cannot build it names, and goes on without.
 */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { platforms, thisPlatform } from '../src/platform.ts'
import { compileInto } from './compile.ts'
import { fetchSources } from './fetch-sources.ts'
import { toolchainFor, type Variant } from './toolchain.ts'

const cache = join(process.cwd(), '.cache')
const sanitized = process.argv.includes('--sanitized')
const variants: readonly Variant[] = platforms
  .filter((platform) => !sanitized || platform === thisPlatform())
  .map((platform) => ({ platform, sanitized }))

const sources = await fetchSources(cache)
if (sources.isErr()) say(`no executables can be built: the sources cannot be fetched: ${sources.error}`)
else {
  await cp(sources.value.licences, 'dist/licences', { recursive: true })
  await Promise.all(
    variants.map(async (variant) => {
      const toolchain = await toolchainFor(variant, sources.value)
      if (toolchain.isErr()) return say(`no executables can be built for ${variant.platform}: ${toolchain.error}`)
      await compileInto('dist', variant, toolchain.value, sources.value, cache)
    }),
  )
}

function say(message: string): void {
  process.stdout.write(`standalone: ${message}\n`)
}
