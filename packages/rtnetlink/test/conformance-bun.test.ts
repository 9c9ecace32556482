import { createRequire } from 'node:module'
import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'

const bun = createRequire(import.meta.url).resolve('bun/bin/bun.exe')

test("over Bun's system calls the driver does as Linux does", { timeout: 300_000 }, async () => {
  const { stdout, stderr } = await run([bun, new URL('conformance.bun.ts', import.meta.url).pathname])
  const outcomes: { name: string; failure?: string }[] = stdout.split('\n').map((line) => JSON.parse(line))
  expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([])
  expect({ cases: outcomes.map(({ name }) => name), stderr }).toEqual({
    cases: conformanceCases.map(({ name }) => name),
    stderr: '',
  })
})
