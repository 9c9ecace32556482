import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sourceFiles, unpackedPackages } from '@vpc-bridge/debian'
import { execa } from 'execa'
import { ok, ResultAsync, safeTry } from 'neverthrow'
import { moveIntoPlace } from './move-into-place.ts'

/** Debian's release that has the engine. The machine's own may be another. */
const suite = 'trixie'

/** Upstream's. SECURITY-UPDATES.md says how another one is taken. */
const tarball = {
  name: 'quickjs_2025.04.26.orig.tar.xz',
  sha256: 'ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe',
}

/** Directories of what the host is made of. */
export interface Sources {
  readonly quickjs: string
  /** The roots under which musl is unpacked, by Debian's names of architectures. */
  readonly musl: Readonly<Record<'amd64' | 'arm64', string>>
  /** Where what was fetched is kept, for what is made of it. */
  readonly cache: string
}

/** Fetches QuickJS and musl from Debian, or says in one line why they cannot be had. They are fetched once. */
export function fetchSources(): ResultAsync<Sources, string> {
  return safeTry(async function* () {
    const files = yield* sourceFiles('quickjs', { suite })
    const amd64 = yield* unpackedPackages(['musl-dev'], { suite, architecture: 'amd64' })
    const arm64 = yield* unpackedPackages(['musl-dev'], { suite, architecture: 'arm64' })
    const quickjs = yield* ResultAsync.fromPromise(unpack(files), (error) => String(error).replace(/\s+/g, ' '))
    return ok({ quickjs, musl: { amd64, arm64 }, cache: dirname(files) })
  })
}

/**
 * Unpacks QuickJS and applies Debian's patches: by these Debian mends what no version of upstream's has mended yet.
 *
 * @returns the directory, which is beside that of the files and named by Debian's version
 */
async function unpack(files: string): Promise<string> {
  const names = await readdir(files)
  const version = names.find((name) => name.endsWith('.dsc')) ?? ''
  const directory = join(dirname(files), `${basename(version, '.dsc')}+unpacked`)
  if ((await readdir(directory).catch(() => [])).length > 0) return directory

  const content = await readFile(join(files, tarball.name))
  const sha256 = createHash('sha256').update(content).digest('hex')
  if (sha256 !== tarball.sha256) throw new Error(`${tarball.name} has the SHA-256 ${sha256}, not ${tarball.sha256}`)
  const work = await mkdtemp(`${directory}.`)
  await execa('tar', ['-xf', join(files, tarball.name), '-C', work, '--strip-components=1'])
  for (const name of names.filter((each) => each.includes('.debian.tar.'))) {
    await execa('tar', ['-xf', join(files, name), '-C', work])
  }
  const patches = join(work, 'debian/patches')
  const series = await readFile(join(patches, 'series'), 'utf8')
  for (const patch of series.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    await execa('patch', ['-d', work, '-p1', '-i', join(patches, patch)])
  }
  await moveIntoPlace(work, directory)
  return directory
}

/** Writes what is to go along with the executables: the licences, and of which versions of Debian's they are made. */
export async function copyLicences({ quickjs, musl }: Sources, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const documents = join(musl.amd64, 'usr/share/doc/musl-dev')
  await copyFile(join(quickjs, 'LICENSE'), join(directory, 'quickjs'))
  await copyFile(join(documents, 'copyright'), join(directory, 'musl'))
  const changes = await Promise.all([
    readFile(join(quickjs, 'debian/changelog'), 'utf8'),
    readFile(join(documents, 'changelog.Debian.gz')).then((packed) => gunzipSync(packed).toString()),
  ])
  await writeFile(join(directory, 'versions'), changes.map((text) => `${text.split(';')[0]}\n`).join(''))
}
