import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { runConformance } from '@vpc-bridge/testbed/standalone-conformance'
import { expect, test } from 'vitest'

test('In a standalone executable the driver does as Linux does.', { timeout: 700_000 }, async () => {
  const { outcomes, stderr } = await runConformance(new URL('conformance.standalone.ts', import.meta.url))
  expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([])
  expect({ cases: outcomes.map(({ name }) => name), stderr }).toEqual({
    cases: conformanceCases.map(({ name }) => name),
    stderr: '',
  })
})
