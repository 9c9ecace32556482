import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { output } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'

const app = fileURLToPath(new URL('..', import.meta.url))
const bun = createRequire(import.meta.url).resolve('bun/bin/bun.exe')

/** What a bundler says of its output: from which files each is made, and which it imports. */
interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly entryPoint?: string
        readonly inputs: Readonly<Record<string, unknown>>
        readonly imports: readonly { readonly path: string; readonly kind: string }[]
      }
    >
  >
}

/** The files that are loaded when the program starts, before any `import()`. */
async function loadedAtStart(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'lean-start-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const metafile = join(directory, 'meta.json')
  const options = ['--target=bun', '--splitting', '--format=esm', `--outdir=${directory}`, `--metafile=${metafile}`]
  await output([bun, 'build', ...options, 'src/standalone.ts'], { cwd: app })
  const { outputs }: Metafile = JSON.parse(await readFile(metafile, 'utf8'))
  const byName = new Map(Object.entries(outputs).map(([path, chunk]) => [path.replace(/^.*\//, ''), chunk]))
  const loaded = new Set<string>()
  const visit = (name: string) => {
    if (loaded.has(name)) return
    loaded.add(name)
    const chunk = byName.get(name)
    if (chunk === undefined) return
    for (const { path, kind } of chunk.imports) {
      if (kind === 'import-statement') visit(path.replace(/^.*\//, ''))
    }
  }
  const [start] = [...byName].find(([, { entryPoint }]) => entryPoint?.endsWith('src/standalone.ts')) ?? []
  if (start === undefined) throw new Error('the bundle has no entry point')
  visit(start)
  const files = [...loaded].flatMap((name) => Object.keys(byName.get(name)?.inputs ?? {}))
  // Modules of the runtime system are not in the description.
  const texts = await Promise.all([...loaded].map((name) => readFile(join(directory, name), 'utf8')))
  const builtIn = texts.flatMap((text) =>
    [...text.matchAll(/^import .* from "([^."][^"]*)"/gm)].map(([, name]) => name),
  )
  return [...files, ...builtIn.filter((name) => name !== undefined)]
}

test('as a CNI plugin the program loads neither other commands, nor other drivers, nor what runs child processes', async () => {
  const loaded = await loadedAtStart()
  expect(loaded.some((file) => file.endsWith('src/cni-plugin.ts'))).toBe(true)
  expect(loaded.some((file) => file.includes('packages/rtnetlink/'))).toBe(true)
  const unwanted =
    /execa|commander|src\/cli\/|packages\/iproute2|kernel\/dist\/memory|rehearsal|ipaddr|^node:|^(fs|util|net|crypto)$/
  expect(loaded.filter((file) => unwanted.test(file))).toEqual([])
})
