/*
 * Builds the standalone executable.
 *
 *   node build-executable.ts                        for this kind of machine: dist/vpc-bridge
 *   node build-executable.ts linux-arm64 …          for the named platforms: dist/vpc-bridge-linux-arm64 …
 *   node build-executable.ts --outdir /tmp/x …      in that directory instead of dist
 *
 * The same sources give the same bytes.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { commit } from './commit.ts'

const platforms: readonly string[] = ['linux-x64', 'linux-arm64', 'linux-x64-musl', 'linux-arm64-musl']

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { outdir: { type: 'string', default: 'dist' } },
})
const unknown = positionals.filter((name) => !platforms.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`unknown platform ${unknown.join(', ')}; there are ${platforms.join(', ')}\n`)
  process.exit(1)
}
if (positionals.length === 0) await build('vpc-bridge', [])
for (const platform of positionals) await build(`vpc-bridge-${platform}`, [`--target=bun-${platform}`])

async function build(name: string, options: readonly string[]): Promise<void> {
  await execa({ preferLocal: true, stdio: 'inherit' })('bun', [
    'build',
    '--compile',
    '--bytecode',
    '--minify',
    // What a command does not use is a file of its own, which is not loaded.
    '--splitting',
    '--format=esm',
    // A program that runs as root must not take settings from the directory it is started in.
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
    // A command is over before compiling any of it pays: without compiler threads it takes less time and less memory.
    '--compile-jit-policy=100',
    `--define=VPC_BRIDGE_COMMIT=${JSON.stringify(await commit())}`,
    ...options,
    'src/standalone.ts',
    `--outfile=${join(values.outdir, name)}`,
  ])
}
