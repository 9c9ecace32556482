import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { createScratch, run } from '@vpc-bridge/testbed'
import { buildStandaloneProgram } from '@vpc-bridge/testbed/standalone-program'
import { expect, onTestFinished, test } from 'vitest'

test('in a standalone executable the driver does as Linux does', { timeout: 300_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  // Removes the namespaces of the program, whose names begin like its own, if this process is killed.
  const scratch = await createScratch('standalone')
  onTestFinished(() => scratch.destroy())
  const prefix = `${basename(await scratch.newNetns())}-`
  const source = new URL('conformance.standalone.ts', import.meta.url).pathname
  const program = await buildStandaloneProgram(source, directory)
  const { stdout, stderr } = await run([program, prefix, directory])
  const outcomes: { name: string; failure?: string }[] = stdout.split('\n').map((line) => JSON.parse(line))
  expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([])
  expect({ cases: outcomes.map(({ name }) => name), stderr }).toEqual({
    cases: conformanceCases.map(({ name }) => name),
    stderr: '',
  })
})
