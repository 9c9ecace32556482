import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { output, run } from '@vpc-bridge/testbed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commit } from '../commit.ts'
import packageJson from '../package.json' with { type: 'json' }
import { app, temporaryDirectory } from './support/build-executable.ts'

const { version } = packageJson
const prefix = `vpc-bridge-${version}`
/** The machine's number in the head of an ELF file. */
const machines = [
  { architecture: 'amd64', executable: `${prefix}-linux-x64`, machine: 62 },
  { architecture: 'arm64', executable: `${prefix}-linux-arm64`, machine: 183 },
]

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-release-'))
  await release(directory)
}, 180_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

async function release(outdir: string): Promise<void> {
  await output([process.execPath, 'release.ts', '--outdir', outdir], { cwd: app })
}

async function json(file: string) {
  return JSON.parse(await readFile(file, 'utf8'))
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

test('a release is the executables, an image, a manifest, licences, and checksums of all of them', async () => {
  const names = ['daemonset.yaml', 'image.tar', 'licences.txt', 'linux-arm64', 'linux-x64']
  const files = names.map((name) => `${prefix}-${name}`)
  expect((await readdir(directory)).toSorted()).toEqual(['SHA256SUMS', ...files])
  const checked = await output(['sha256sum', '--check', '--strict', 'SHA256SUMS'], { cwd: directory })
  expect(checked.split('\n')).toEqual(files.map((file) => `${file}: OK`))
})

test('the same sources give the same bytes', { timeout: 180_000 }, async () => {
  const other = await temporaryDirectory()
  await release(other)
  const sums = await readFile(join(directory, 'SHA256SUMS'), 'utf8')
  expect(await readFile(join(other, 'SHA256SUMS'), 'utf8')).toBe(sums)
})

test.each(machines)('the executable for $architecture can be started there', async ({ executable, machine }) => {
  const head = (await readFile(join(directory, executable))).subarray(0, 20)
  expect([head.toString('latin1', 0, 4), head.readUInt16LE(18)]).toEqual(['\x7fELF', machine])
  expect(await output(['stat', '--format=%a', join(directory, executable)])).toBe('755')
})

test.each([
  ['quickjs', 'Fabrice Bellard'],
  ['musl', 'Rich Felker'],
  ['neverthrow', 'Giorgio Delgado'],
])('the licence of %s goes along', async (name, author) => {
  const texts = await readFile(join(directory, `${prefix}-licences.txt`), 'utf8')
  const text = texts.split(/^-{80}$/m).find((each) => each.trim().split('\n')[0] === name)
  expect(text).toContain(author)
  expect(text).toMatch(/Permission is hereby granted/i)
})

test('the manifest runs the image', async () => {
  const manifest = await readFile(join(directory, `${prefix}-daemonset.yaml`), 'utf8')
  expect(manifest).toContain(`image: ghcr.io/vpc-bridge/vpc-bridge:${version}\n`)
})

describe('the image', () => {
  let layout: string
  beforeAll(async () => {
    layout = await mkdtemp(join(tmpdir(), 'vpc-bridge-image-'))
    await output(['tar', '--extract', `--file=${directory}/${prefix}-image.tar`, `--directory=${layout}`])
  })
  afterAll(() => rm(layout, { recursive: true, force: true }))

  const blob = ({ digest }: { digest: string }) => join(layout, 'blobs', digest.replace(':', '/'))
  const labels = async () => ({
    'org.opencontainers.image.title': 'vpc-bridge',
    'org.opencontainers.image.description': packageJson.description,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': await commit(),
    'org.opencontainers.image.source': 'https://github.com/vpc-bridge/vpc-bridge',
    'org.opencontainers.image.licenses': 'Apache-2.0 AND MIT',
  })

  /** What the index names for each kind of machine. */
  async function manifests() {
    const {
      manifests: [found],
    } = await json(join(layout, 'index.json'))
    return json(blob(found))
  }

  test('is a layout of files that are named after their content, all of 1970 and of root', async () => {
    expect(await json(join(layout, 'oci-layout'))).toEqual({ imageLayoutVersion: '1.0.0' })
    const blobs = await readdir(join(layout, 'blobs/sha256'))
    expect(blobs).toHaveLength(7)
    for (const name of blobs) expect(sha256(await readFile(join(layout, 'blobs/sha256', name)))).toBe(name)
    const listed = await output(['tar', '--list', '--verbose', '--utc', `--file=${directory}/${prefix}-image.tar`])
    for (const line of listed.split('\n')) expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 /)
  })

  test('has a name, and one variant for each kind of machine', async () => {
    const { manifests: named } = await json(join(layout, 'index.json'))
    expect(named).toEqual([
      expect.objectContaining({
        mediaType: 'application/vnd.oci.image.index.v1+json',
        annotations: {
          'io.containerd.image.name': `ghcr.io/vpc-bridge/vpc-bridge:${version}`,
          'org.opencontainers.image.ref.name': version,
        },
      }),
    ])
    const { manifests: variants, annotations } = await manifests()
    expect(variants.map(({ platform }: { platform: object }) => platform)).toEqual(
      machines.map(({ architecture }) => ({ architecture, os: 'linux' })),
    )
    expect(annotations).toEqual(await labels())
  })

  test.each(machines)('has nothing but the executable for $architecture', async ({ architecture, executable }) => {
    const { manifests: variants } = await manifests()
    const variant = variants.find(
      ({ platform }: { platform: { architecture: string } }) => platform.architecture === architecture,
    )
    const { config, layers } = await json(blob(variant))
    const [layer] = layers
    expect(layers).toHaveLength(1)
    const { stdout } = await run(['sh', '-c', 'gzip -dc "$0" | sha256sum', blob(layer)])
    expect(await json(blob(config))).toEqual({
      architecture,
      os: 'linux',
      config: { Entrypoint: ['/vpc-bridge'], Labels: await labels() },
      rootfs: { type: 'layers', diff_ids: [`sha256:${stdout.slice(0, 64)}`] },
    })
    const size = (await readFile(join(directory, executable))).length
    expect(await output(['tar', '--list', '--verbose', '--utc', '--gzip', `--file=${blob(layer)}`])).toMatch(
      new RegExp(`^-rwxr-xr-x 0/0 +${size} 1970-01-01 00:00 vpc-bridge$`),
    )
    const unpacked = await output(['sh', '-c', 'tar -xzOf "$0" vpc-bridge | sha256sum', blob(layer)])
    expect(unpacked.slice(0, 64)).toBe(sha256(await readFile(join(directory, executable))))
  })
})
