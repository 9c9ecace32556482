/*
 * Makes what is published of a version: the executables, a container image of nothing but them, the manifest of the Kubernetes
 * DaemonSet that installs it, the licences of others, and checksums. The same sources give the same bytes.
 *
 *   node release.ts                  in the directory release
 *   node release.ts --outdir /tmp/x  in that directory
 */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { commit } from './commit.ts'
import { licences } from './licences.ts'
import { ociImage } from './oci-image.ts'
import packageJson from './package.json' with { type: 'json' }

const { version, description, repository } = packageJson
const { outdir } = parseArgs({ options: { outdir: { type: 'string', default: 'release' } } }).values
const inOutdir = (file: string) => join(outdir, file)

/** Each platform as the build names it, and its processor as Go does. */
const platforms = [
  { platform: 'linux-x64', architecture: 'amd64' },
  { platform: 'linux-arm64', architecture: 'arm64' },
] as const

await mkdir(outdir, { recursive: true })
const names = platforms.map(({ platform }) => platform)
await execa({ stdio: 'inherit' })(process.execPath, ['build-executable.ts', '--outdir', outdir, ...names])
const executables = await Promise.all(
  platforms.map(async ({ platform, architecture }) => {
    const name = `vpc-bridge-${version}-${platform}`
    await rename(inOutdir(`vpc-bridge-${platform}`), inOutdir(name))
    return { name, architecture, executable: await readFile(inOutdir(name)) }
  }),
)

const image = `vpc-bridge-${version}-image.tar`
const labels = {
  'org.opencontainers.image.title': 'vpc-bridge',
  'org.opencontainers.image.description': description,
  'org.opencontainers.image.version': version,
  'org.opencontainers.image.revision': await commit(),
  'org.opencontainers.image.source': repository.url.replace(/^git\+/, '').replace(/\.git$/, ''),
  // That of this program, and that of the engine, the C library and the packages in it.
  'org.opencontainers.image.licenses': 'Apache-2.0 AND MIT',
} as const
const reference = `ghcr.io/vpc-bridge/vpc-bridge:${version}`
await writeFile(inOutdir(image), await ociImage({ reference, entrypoint: '/vpc-bridge', labels }, executables))

const manifest = `vpc-bridge-${version}-daemonset.yaml`
await copyFile('deploy/daemonset.yaml', inOutdir(manifest))

const licenceTexts = `vpc-bridge-${version}-licences.txt`
await writeFile(inOutdir(licenceTexts), await licences())

const files = [...executables.map(({ name }) => name), image, licenceTexts, manifest].toSorted()
const checksums = files.map(async (file) => `${await sha256(inOutdir(file))}  ${file}\n`)
await writeFile(inOutdir('SHA256SUMS'), (await Promise.all(checksums)).join(''))

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}
