/*
 * Builds the standalone executable.
 *
 *   node build-executable.ts                        for this kind of machine: dist/vpc-bridge
 *   node build-executable.ts linux-arm64 …          for the named platforms: dist/vpc-bridge-linux-arm64 …
 *   node build-executable.ts --outdir /tmp/x …      in that directory instead of dist
 *
 * The same sources give the same bytes. Where no executable can be made for this machine, dist/vpc-bridge starts the Node.js
 * build.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, platforms, thisPlatform } from '@vpc-bridge/standalone'
import { err } from 'neverthrow'
import { bundleExecutable } from './bundle.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { outdir: { type: 'string', default: 'dist' } },
})
const wanted = platforms.filter((platform) => positionals.includes(platform))
const unknown = positionals.filter((name) => !platforms.some((platform) => platform === name))
if (unknown.length > 0) end(`unknown platform ${unknown.join(', ')}; there are ${platforms.join(', ')}`)

const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-bundle-'))
try {
  const bundled = await bundleExecutable(directory)
  for (const platform of wanted) {
    const made = await build({ bundle: bundled, output: join(values.outdir, `vpc-bridge-${platform}`), platform })
    if (made.isErr()) end(made.error)
  }
  if (positionals.length === 0) await buildForHere(bundled, join(values.outdir, 'vpc-bridge'))
} finally {
  await rm(directory, { recursive: true })
}

async function buildForHere(bundle: string, output: string): Promise<void> {
  const platform = thisPlatform()
  const made =
    platform === undefined
      ? err(`there is none for ${process.platform}-${process.arch}`)
      : await build({ bundle, output, platform })
  if (made.isOk()) return
  process.stderr.write(`no standalone executable: ${made.error}\n${output} starts the Node.js build instead\n`)
  await writeFile(output, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'dist/main.js')}' "$@"\n`)
  await chmod(output, 0o755)
}

function end(problem: string): never {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
