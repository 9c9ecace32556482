import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { runConformance } from '@vpc-bridge/testbed/standalone-conformance'
import { expect, test } from 'vitest'

test('In a standalone executable the driver does as Linux does.', { timeout: 700_000 }, async () => {
  const cases = conformanceCases.map(({ name }) => name)
  const performed = await runConformance(new URL('conformance.standalone.ts', import.meta.url))
  expect(performed).toEqual({ cases, failures: [], stderr: '' })
})
