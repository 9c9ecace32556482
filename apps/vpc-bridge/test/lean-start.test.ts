import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { output } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { app, temporaryDirectory } from './support/build-executable.ts'
import { succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const bun = createRequire(import.meta.url).resolve('bun/bin/bun.exe')

/** What a bundler says of what it read and wrote. */
interface Metafile {
  /** Each source file, and what it imports or requires; external is what is not bundled. */
  readonly inputs: Readonly<
    Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>
  >
  /** Each file of the bundle, and the source files it is made from. */
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, unknown>> }>>
}

/** What an ADD and a DEL load: source files, modules of the runtime system, and the text of all of it. */
interface Loaded {
  readonly files: readonly string[]
  readonly modules: readonly string[]
  readonly text: string
}

/** Has a bundle, in files as the executable has it inside, connect a container and remove it; watches what it opens. */
async function loadedByAddAndDel(): Promise<Loaded> {
  const directory = await temporaryDirectory()
  const metafile = join(directory, 'meta.json')
  const options = ['--target=bun', '--splitting', '--format=esm', `--outdir=${directory}`, `--metafile=${metafile}`]
  await output([bun, 'build', ...options, 'src/standalone.ts'], { cwd: app })
  const { inputs, outputs }: Metafile = JSON.parse(await readFile(metafile, 'utf8'))

  const trace = join(directory, 'trace')
  const watched = ['strace', '-f', '-A', '-o', trace, '-e', 'trace=open,openat', bun, join(directory, 'standalone.js')]
  const { host, blue } = await useWorld()
  await succeed(watched, host, { command: 'ADD', netns: blue })
  await succeed(watched, host, { command: 'DEL', netns: blue })
  const opened = await readFile(trace, 'utf8')

  const names = Object.keys(outputs).map((path) => path.replace(/^.*\//, ''))
  const loaded = names.filter((name) => opened.includes(`"${join(directory, name)}"`))
  const files = Object.entries(outputs)
    .filter(([path]) => loaded.includes(path.replace(/^.*\//, '')))
    .flatMap(([, output]) => Object.keys(output.inputs))
  const imports = files.flatMap((file) => inputs[file]?.imports ?? [])
  // Other files of the bundle are ./name; whether they are loaded is known already.
  const modules = imports.filter(({ path, external }) => external === true && !path.startsWith('./'))
  const texts = await Promise.all(loaded.map((name) => readFile(join(directory, name), 'utf8')))
  return {
    files,
    modules: [...new Set(modules.map(({ path }) => path))],
    text: texts.join('\n'),
  }
}

test('an ADD or DEL loads neither other commands, nor other drivers, nor modules of the runtime system', async () => {
  const { files, modules, text } = await loadedByAddAndDel()
  expect(files.some((file) => file.endsWith('src/cni-plugin.ts'))).toBe(true)
  expect(files.some((file) => file.includes('packages/rtnetlink/'))).toBe(true)
  const unwanted = /execa|commander|src\/cli\/|packages\/iproute2|kernel\/dist\/memory|rehearsal|ipaddr/
  expect(files.filter((file) => unwanted.test(file))).toEqual([])
  expect(modules).toEqual(['bun:ffi'])
  // Ways to load that are no import.
  expect(text).not.toMatch(/getBuiltinModule|import\.meta\.require/)
})
