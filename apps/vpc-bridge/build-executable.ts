/*
 * Builds the standalone executable.
 *
 *   node build-executable.ts                        for this kind of machine: dist/vpc-bridge
 *   node build-executable.ts linux-arm64 …          for the named platforms: dist/vpc-bridge-linux-arm64 …
 *
 * The same sources give the same bytes.
 */
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { commit } from './commit.ts'

/** Platforms and the name of their C library. */
const platforms = {
  'linux-x64': 'libc.so.6',
  'linux-arm64': 'libc.so.6',
  'linux-x64-musl': 'libc.musl-x86_64.so.1',
  'linux-arm64-musl': 'libc.musl-aarch64.so.1',
} as const
type Platform = keyof typeof platforms

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.filter((name) => !isPlatform(name))
if (unknown.length > 0) {
  process.stderr.write(`unknown platform ${unknown.join(', ')}; there are ${Object.keys(platforms).join(', ')}\n`)
  process.exit(1)
}
if (positionals.length === 0) await build('dist/vpc-bridge', libraryHere(), [])
for (const platform of positionals.filter(isPlatform)) {
  await build(`dist/vpc-bridge-${platform}`, platforms[platform], [`--target=bun-${platform}`])
}

async function build(outfile: string, libc: string, options: readonly string[]): Promise<void> {
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
    `--define=VPC_BRIDGE_LIBC=${JSON.stringify(libc)}`,
    ...options,
    'src/standalone.ts',
    `--outfile=${outfile}`,
  ])
}

/** Bun comes for the C library of the machine it is installed on, as Node.js does. */
function libraryHere(): string {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }
  const suffix = header.glibcVersionRuntime === undefined ? '-musl' : ''
  const platform = `linux-${process.arch}${suffix}`
  if (!isPlatform(platform)) throw new Error(`there is no executable for ${platform}`)
  return platforms[platform]
}

function isPlatform(name: string): name is Platform {
  return Object.hasOwn(platforms, name)
}
