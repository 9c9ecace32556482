import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { output, run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { bundle } from '../bundle.ts'
import { commit } from '../commit.ts'
import packageJson from '../package.json' with { type: 'json' }
import { app, buildExecutable, temporaryDirectory } from './support/build-executable.ts'
import { builds } from './support/runtime.ts'

const here = `linux-${process.arch}`
const root = join(app, '../..')

test('the same sources in another directory give the same bytes', async () => {
  const one = await buildExecutable(here)
  const elsewhere = await temporaryDirectory()
  // Elsewhere for the build alone, and gone with it.
  const script = 'mount --bind "$1" "$2" && cd "$2/apps/vpc-bridge" && shift 2 && exec "$@"'
  const other = await buildExecutable(here, ['unshare', '--mount', 'sh', '-c', script, 'sh', root, elsewhere])
  expect((await readFile(one)).equals(await readFile(other))).toBe(true)
})

test.each([
  // The machine's number in the head of an ELF file.
  ['linux-x64', 62],
  ['linux-arm64', 183],
])('for %s an executable of that machine is made', async (platform, machine) => {
  const head = (await readFile(await buildExecutable(platform))).subarray(0, 20)
  expect(head.subarray(0, 4).toString('latin1')).toBe('\x7fELF')
  expect(head.readUInt16LE(18)).toBe(machine)
})

test('a platform that there is not is refused', async () => {
  await expect(buildExecutable('linux-sparc')).rejects.toThrow('unknown platform linux-sparc; there are linux-x64, ')
})

test('--version tells version, commit and build', async () => {
  const executable = await buildExecutable(here)
  const { version } = packageJson
  expect(await output([executable, '--version'])).toBe(`${version} (commit ${await commit()}, standalone executable)`)
  const [, { program } = { program: [] }] = builds
  const node = await output([...program, '--version'])
  expect(node).toMatch(/^\d+\.\d+\.\d+ \(commit (unknown|[0-9a-f]{7,}(-dirty)?), Node\.js build\)$/)
})

test('a module of Node.js among what the program imports is an error that names both', async () => {
  const directory = await temporaryDirectory()
  const entry = join(directory, 'entry.ts')
  await writeFile(entry, "import { readFileSync } from 'node:fs'\nreadFileSync('/etc/hostname')\n")
  await expect(bundle(entry, directory)).rejects.toThrow('Could not resolve "node:fs"')
})

test('where no executable can be made, dist/vpc-bridge starts the Node.js build', async () => {
  const directory = await temporaryDirectory()
  const host = join(root, `packages/standalone/dist/host-${here}`)
  const script = `mount --bind /dev/null ${host} && exec "$@"`
  const build = [process.execPath, 'build-executable.ts', '--outdir', directory]
  const built = await run(['unshare', '--mount', 'sh', '-c', script, 'sh', ...build], { cwd: app })
  expect(built).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^no standalone executable: .+\n.*Node/) })
  expect(await output([join(directory, 'vpc-bridge'), '--version'])).toMatch(/Node\.js build/)
})
