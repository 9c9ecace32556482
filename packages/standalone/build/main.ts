/*
 * Builds the host and the bytecode compiler into dist, for all platforms; with --sanitized the host for tests instead. The
 * sources and the compiled engine, which take long, are kept in ~/.cache/vpc-bridge. What this machine cannot build it names,
 * and goes on without.
 */
import { platforms, thisPlatform } from '../src/platform.ts'
import { compileInto } from './compile.ts'
import { copyLicences, fetchSources } from './fetch-sources.ts'
import { toolchainFor, type Variant } from './toolchain.ts'

const sanitized = process.argv.includes('--sanitized')
const variants: readonly Variant[] = platforms
  .filter((platform) => !sanitized || platform === thisPlatform())
  .map((platform) => ({ platform, sanitized }))

const sources = await fetchSources()
if (sources.isErr()) say(`no executables can be built: ${sources.error}`)
else {
  await copyLicences(sources.value, 'dist/licences')
  await Promise.all(
    variants.map(async (variant) => {
      const toolchain = await toolchainFor(variant, sources.value)
      if (toolchain.isErr()) return say(`no executables can be built for ${variant.platform}: ${toolchain.error}`)
      await compileInto('dist', variant, toolchain.value, sources.value)
    }),
  )
}

function say(message: string): void {
  process.stdout.write(`standalone: ${message}\n`)
}
