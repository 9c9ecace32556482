import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { output, run } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { executable } from '../src/ours.ts'
import type { Report } from '../src/report.ts'

const program = fileURLToPath(new URL('../src/bench.ts', import.meta.url))

/** Measures a part with few rounds, and returns its tables. */
async function measure(part: string, ...options: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const json = join(directory, 'report.json')
  const sizes = ['--rounds', '2', '--burst', '5', '--endpoints', '4']
  const ended = await run([process.execPath, program, '--only', part, '--json', json, ...sizes, ...options])
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
  const { tables }: Report = JSON.parse(readFileSync(json, 'utf8'))
  return { ...ended, tables }
}

const positive = expect.toSatisfy((value) => value > 0)
const summary = (rounds: number) => ({ rounds, median: positive, lower: positive, upper: positive })
const all = ['vpc-bridge', 'vpc-bridge + host-local', 'bridge + static', 'bridge + host-local', 'ptp + host-local']

/** A table has these rows, and in each of them these columns. */
function expectTable(tables: Report['tables'], name: string, rows: readonly string[], columns: object) {
  expect(tables[name]?.table).toEqual(Object.fromEntries(rows.map((row) => [row, columns])))
}

test('existing: every contestant, and a plugin that is named, beside the floor', async () => {
  const { tables, stdout } = await measure('existing', '--plugin', `again=${executable}`)
  const columns = { 'ADD ms': summary(2), 'DEL ms': summary(2), 'memory MiB': summary(2) }
  expectTable(tables, 'existing', [...all, 'netavark', 'again', 'ip -batch'], columns)
  // What ours is to reach on any machine.
  expect(tables['existing']?.table['vpc-bridge']?.['memory MiB']?.upper).toBeLessThanOrEqual(4)
  expect(stdout).toMatch(/^ {2}ip -batch .* ×1\.00 .* ×1\.00 .* ×1\.00$/m)
  expect(stdout).toMatch(/^ {2}[✓✗] existing, vpc-bridge: ADD ms [\d.]+ ≤ [\d.]+ \(1 × netavark\)$/m)
})

test('load: the same beside busy processes', async () => {
  const { tables } = await measure('load', '--rounds', '1')
  const columns = { 'ADD ms': summary(1), 'DEL ms': summary(1), 'memory MiB': summary(1) }
  expectTable(tables, 'load', [...all, 'netavark', 'ip -batch'], columns)
})

test('start: each program once, and one that does nothing', async () => {
  const { tables } = await measure('start')
  const columns = { 'VERSION ms': summary(2), 'files MiB': summary(2) }
  const programs = ['vpc-bridge', 'bridge + static', 'ptp + host-local', 'netavark', 'ip -batch', 'an empty program']
  expectTable(tables, 'start', programs, columns)
  // What ours is to reach on any machine.
  expect(tables['start']?.table['vpc-bridge']?.['files MiB']?.median).toBeLessThanOrEqual(1.5)
})

test('first: all but the floor, which has no network of its own', async () => {
  const { tables } = await measure('first')
  expectTable(tables, 'first', [...all, 'netavark'], { 'first ADD ms': summary(1), 'last DEL ms': summary(1) })
})

test('burst: many at once', async () => {
  const { tables, stdout } = await measure('burst')
  expectTable(tables, 'burst', [...all, 'netavark', 'ip -batch'], { 'ADDs ms': summary(1), 'DELs ms': summary(1) })
  expect(stdout).toContain('5 containers at once; × ip -batch')
})

test('growth: one endpoint and many, in both modes', async () => {
  const { tables } = await measure('growth')
  const packets = { 'round trip µs': summary(1), 'throughput Gbit/s': summary(1) }
  const columns = { 'ADD ms': summary(2), 'DEL ms': summary(2), ...packets }
  for (const [mode, name] of [
    ['L3', 'vpc-bridge'],
    ['L2', 'vpc-bridge, L2'],
  ]) {
    expectTable(tables, `growth ${mode}`, [`${name}, one there`, `${name}, many there`], columns)
  }
})

test('a plugin that fails is told with its own words, and nothing is left', async () => {
  const options = ['--only', 'existing', '--plugin', 'wrong=/bin/false']
  const ended = execa(process.execPath, [program, ...options], { reject: false })
  const { exitCode, stderr } = await ended
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain('/bin/false ended with 1')
  expect(await output(['ip', 'netns', 'list'])).not.toContain(`vb${ended.pid}-`)
})

test.each([
  ['--rounds', 'many'],
  ['--rounds', '0'],
  ['--burst', '201'],
  ['--endpoints', '1001'],
  ['--only', 'nothing'],
  ['--plugin', 'a=b=c'],
])('%s %s is refused', async (option, value) => {
  const { exitCode, stderr } = await run([process.execPath, program, option, value])
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain(`${option} ${value}: expected`)
})
