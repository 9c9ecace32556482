import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { err, ok, type Result } from 'neverthrow'
import { aptOf } from './apt.ts'

/** Upstream's, which Debian 13 has. SECURITY-UPDATES.md says how another one is taken. */
const quickjs = {
  tarball: 'quickjs_2025.04.26.orig.tar.xz',
  sha256: 'ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe',
}
const release = 'trixie'

/** Directories of what the host is made of. */
export interface Sources {
  readonly quickjs: string
  /** The root under which musl of an architecture is unpacked. */
  readonly musl: Readonly<Record<'amd64' | 'arm64', string>>
  /** What is to go along with the executables. */
  readonly licences: string
}

/**
 * Fetches QuickJS and musl from Debian by apt, which checks their signatures. Nothing of the system is changed, and it need
 * not be root. Debian's patches of QuickJS are applied: that is how Debian mends what is not yet in a version of upstream's.
 *
 * @param cache a directory where they are kept, so that they are fetched once
 * @returns where they are; or why not, in one line
 */
export async function fetchSources(cache: string): Promise<Result<Sources, string>> {
  const directory = join(cache, `sources-${quickjs.sha256.slice(0, 16)}`)
  const sources = {
    quickjs: join(directory, 'quickjs'),
    musl: { amd64: join(directory, 'amd64'), arm64: join(directory, 'arm64') },
    licences: join(directory, 'licences'),
  }
  if ((await readdir(directory).catch(() => [])).length > 0) return ok(sources)

  const work = `${directory}.${process.pid}`
  try {
    const downloads = join(work, 'downloads')
    const apt = await aptOf(downloads, release)
    await apt('apt-get', ['update', '-qq'])
    await apt('apt-get', ['source', '-qq', '--download-only', 'quickjs'])
    await apt('apt-get', ['download', '-qq', 'musl-dev:amd64', 'musl-dev:arm64'])
    await unpack(downloads, work)
    await rm(downloads, { recursive: true })
    await rename(work, directory)
    return ok(sources)
  } catch (error) {
    await rm(work, { recursive: true, force: true })
    return err(String(error).replace(/\s+/g, ' '))
  }
}

/** Unpacks what was downloaded, in the form that {@link Sources} describes. */
async function unpack(downloads: string, directory: string): Promise<void> {
  const source = join(directory, 'quickjs')
  const licences = join(directory, 'licences')
  await mkdir(source)
  await mkdir(licences)
  const found = createHash('sha256')
    .update(await readFile(join(downloads, quickjs.tarball)))
    .digest('hex')
  if (found !== quickjs.sha256) throw new Error(`${quickjs.tarball} has the SHA-256 ${found}, not ${quickjs.sha256}`)
  await execa('tar', ['-xf', join(downloads, quickjs.tarball), '-C', source, '--strip-components=1'])

  const files = (await readdir(downloads)).sort()
  for (const file of files) {
    if (file.endsWith('.debian.tar.xz')) await execa('tar', ['-xf', join(downloads, file), '-C', source])
    const [, architecture] = /^musl-dev_.*_(\w+)\.deb$/.exec(file) ?? []
    if (architecture !== undefined) await execa('dpkg', ['-x', join(downloads, file), join(directory, architecture)])
  }
  const patches = join(source, 'debian/patches')
  const series = await readFile(join(patches, 'series'), 'utf8')
  for (const name of series.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    await execa('patch', ['-d', source, '-p1', '-i', join(patches, name)])
  }

  await copyFile(join(source, 'LICENSE'), join(licences, 'quickjs'))
  await copyFile(join(directory, 'amd64/usr/share/doc/musl-dev/copyright'), join(licences, 'musl'))
  const versions = files.filter((file) => /\.(dsc|deb)$/.test(file))
  await writeFile(join(licences, 'versions'), `${versions.join('\n')}\n`)
}
