import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compileInto } from '../build/compile.ts'
import { fetchSources } from '../build/fetch-sources.ts'
import { toolchainFor } from '../build/toolchain.ts'
import { here, temporaryDirectory } from './program.ts'

it('gives the same host and compiler of the same sources in another directory', { timeout: 600_000 }, async () => {
  const sources = (await fetchSources())._unsafeUnwrap()
  const directory = await temporaryDirectory()
  const quickjs = join(directory, 'source')
  const musl = { amd64: join(directory, 'amd64'), arm64: join(directory, 'arm64') }
  const output = join(directory, 'output')
  await cp(sources.quickjs, quickjs, { recursive: true })
  await cp(sources.musl.amd64, musl.amd64, { recursive: true })
  await cp(sources.musl.arm64, musl.arm64, { recursive: true })
  await mkdir(output)

  const elsewhere = { quickjs, musl, cache: directory }
  const variant = { platform: here, sanitized: false }
  await compileInto(output, variant, (await toolchainFor(variant, elsewhere))._unsafeUnwrap(), elsewhere)
  for (const name of [`host-${here}`, `compiler-${here}`]) {
    const built = await readFile(join(import.meta.dirname, '../dist', name))
    expect(built.equals(await readFile(join(output, name))), name).toBe(true)
  }
})
