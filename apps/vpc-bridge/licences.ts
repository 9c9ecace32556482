import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleExecutable } from './bundle.ts'

/** Returns the licences of what others have written of the executable: each has to go along with a copy of it. */
export async function licences(): Promise<string> {
  const engine = fileURLToPath(new URL('licences', import.meta.resolve('@vpc-bridge/standalone')))
  const ofEngine = (await readdir(engine)).toSorted().map((name) => ({ name, file: join(engine, name) }))
  const all = [...ofEngine, ...(await Promise.all((await bundledPackages()).map(licenceOf)))]
  const texts = all.map(async ({ name, file }) => `${name}\n\n${(await readFile(file, 'utf8')).trim()}\n`)
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}

/** @param directory of a package */
async function licenceOf(directory: string): Promise<{ readonly name: string; readonly file: string }> {
  const file = (await readdir(directory)).find((name) => /^licen[cs]e/i.test(name))
  if (file === undefined) throw new Error(`${directory} has no licence`)
  return { name: directory.replace(/^.*node_modules\//, ''), file: join(directory, file) }
}

/** Returns the directories of the packages of others that a bundle has a part of. */
async function bundledPackages(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-bundle-'))
  try {
    await bundleExecutable(directory)
    const { inputs } = JSON.parse(await readFile(join(directory, 'metafile-esm.json'), 'utf8'))
    const found = Object.keys(inputs).map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0])
    return [...new Set(found.filter((path) => path !== undefined))].toSorted()
  } finally {
    await rm(directory, { recursive: true })
  }
}
