import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratch, inside, output, run } from '@vpc-bridge/testbed'
import { buildStandaloneProgram } from '@vpc-bridge/testbed/standalone-program'
import { expect, onTestFinished, test } from 'vitest'

test('answers that are bent at random are refused or read: in an executable that ends at the first error of memory', {
  timeout: 300_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hostile-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const scratch = await createScratch('hostile')
  onTestFinished(() => scratch.destroy())
  const netns = await scratch.newNetns()
  const prepare =
    'link set lo up\nlink add type veth\nlink add bridge0 up type bridge\naddress add 10.0.0.1/8 dev bridge0'
  await output(inside(netns, ['ip', '-batch', '-']), { input: prepare })
  const source = new URL('hostile.standalone.ts', import.meta.url).pathname
  const program = await buildStandaloneProgram(source, directory, { sanitized: true })
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
  const { exitCode, stdout, stderr } = await run(inside(netns, [program, String(seed), '500']))
  expect({ exitCode, stderr }, `SEED=${seed}`).toEqual({ exitCode: 0, stderr: '' })
  const { content, refused } = JSON.parse(stdout)
  expect(content + refused).toBe(5500)
  expect(Math.min(content, refused), stdout).toBeGreaterThan(100)
})
