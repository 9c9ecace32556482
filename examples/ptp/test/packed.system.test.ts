import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { output } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'

/*
 * The packages as npm would serve them, in a project that knows nothing of this repository.
 */

const root = join(import.meta.dirname, '../../..')

/** Packs every package that is to be published; returns their names, and the archive of each. */
async function pack(directory: string): Promise<Readonly<Record<string, string>>> {
  const archives: Record<string, string> = {}
  for (const folder of await readdir(join(root, 'packages'))) {
    const from = join(root, 'packages', folder)
    const { name, private: isPrivate } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'))
    if (isPrivate) continue
    const packed = await output(['pnpm', '-C', from, 'pack', '--json', '--pack-destination', directory])
    archives[name] = `file:${JSON.parse(packed).filename}`
  }
  return archives
}

const proving = `import { ipamType, proofs } from '@vpc-bridge/testing'
import { ptp } from './ptp.ts'

const broken: string[] = []
for (const { name, run } of proofs(ptp, [{ name: 'Packed', configuration: { ipam: { type: ipamType } } }]))
  await run().catch(() => broken.push(name))
console.log(JSON.stringify(broken))
`

const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  typeRoots: [join(root, 'node_modules/@types')],
  types: ['node'],
}

test('A plugin compiles and holds to all proofs in a project that has installed the packed packages.', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-packed-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const dependencies = { ...(await pack(directory)), neverthrow: '8.2.0' }
  expect(Object.keys(dependencies).length).toBeGreaterThan(12)
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module', dependencies }))
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  await writeFile(join(directory, 'prove.ts'), proving)
  await cp(join(root, 'examples/ptp/src/ptp.ts'), join(directory, 'ptp.ts'))

  await output(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: directory })
  await output([process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', directory])
  expect(JSON.parse(await output([process.execPath, 'prove.ts'], { cwd: directory }))).toEqual([])
  const copies = await output(['find', directory, '-path', '*/node_modules/neverthrow/package.json'])
  expect(copies.trim().split('\n')).toHaveLength(1)
})
