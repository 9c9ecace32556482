import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@vpc-bridge/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { summarize } from '../src/statistics.ts'

const program = fileURLToPath(new URL('../src/bench.ts', import.meta.url))

test('measures every part, and leaves nothing', { timeout: 300_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const json = join(directory, 'report.json')
  const sizes = ['--rounds', '1', '--burst', '6', '--growth', '0,5', '--json', json]
  const { exitCode, stdout, stderr } = await run([process.execPath, program, ...sizes])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const report = JSON.parse(readFileSync(json, 'utf8'))
  expect(Object.keys(report.parts)).toEqual(['existing', 'removal', 'first', 'burst', 'growth', 'start'])
  const time = { rounds: 1, median: expect.any(Number), lower: expect.any(Number), upper: expect.any(Number) }
  for (const name of ['vpc-bridge', 'vpc-bridge on Node.js', 'bridge', 'ptp', 'ip -batch']) {
    expect(report.parts.existing[name]).toEqual({ ADD: time, DEL: time })
    expect(stdout).toContain(name)
  }
  expect(Object.keys(report.parts.removal)).toEqual(['vpc-bridge', 'two messages', 'ip -batch'])
  expect(report.parts.burst.bridge).toMatchObject({ '6 ADDs': time, 'slowest DEL': time })
  expect(report.parts.growth['vpc-bridge, 5 endpoints']).toEqual({ ADD: time, DEL: time })
  for (const name of ['vpc-bridge', 'bridge', 'ip -batch', 'an empty program']) {
    expect(report.parts.start[name]).toEqual({ version: time })
  }
  expect(report.footprints['vpc-bridge']).toEqual({ file: expect.any(Number), memory: expect.any(Number) })
  // What issue and README promise: an ADD takes 45 MB at most.
  expect(report.footprints['vpc-bridge'].memory).toBeLessThanOrEqual(45 * 1024)
})

test.each([
  ['--rounds', 'many'],
  ['--burst', '201'],
  ['--only', 'nothing'],
  ['--plugin', 'nonsense'],
])('%s %s is refused', async (option, value) => {
  const { exitCode, stderr } = await run([process.execPath, program, option, value])
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain(`${option} ${value}: expected`)
})

test('a median is the middle, and quartiles are the middles of the halves', () => {
  expect(summarize([5, 1, 3, 2, 4])).toEqual({ rounds: 5, median: 3, lower: 2, upper: 4 })
  expect(summarize([1, 2])).toEqual({ rounds: 2, median: 1.5, lower: 1.25, upper: 1.75 })
})
