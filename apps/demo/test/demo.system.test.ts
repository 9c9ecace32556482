import { fileURLToPath } from 'node:url'
import { captureState, run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'

const demo = fileURLToPath(new URL('../src/demo.ts', import.meta.url))

test('the experiment runs to its end, and shows what it does', { timeout: 120_000 }, async () => {
  const before = await captureState('/proc/self/ns/net')
  const { exitCode, stdout, stderr } = await run([process.execPath, demo])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^note: eniMACAddress/) })
  expect(stdout).toMatch(/✓ bridge vpcbr\d+ /)
  expect(stdout).toContain('✓ blue → the machine beyond (10.1.0.2) and back, 9001 bytes, not fragmented')
  expect(stdout).toContain('✓ the machine beyond → blue (192.168.1.43) and back, 9001 bytes, not fragmented')
  expect(stdout.trim().split('\n').at(-1)).toContain('are as they were before')
  expect(await captureState('/proc/self/ns/net')).toEqual(before)
})
