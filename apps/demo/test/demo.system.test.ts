import { fileURLToPath } from 'node:url'
import { captureState, run } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'

const demo = fileURLToPath(new URL('../src/demo.ts', import.meta.url))
const asRoot = fileURLToPath(new URL('../as-root.sh', import.meta.url))

// It may read what only root can: where this lies is not for others.
const anotherUser = ['--reuid=65534', '--regid=65534', '--clear-groups']
const reading = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search']

test.each([
  ['root', []],
  ['another user', ['setpriv', ...anotherUser, ...reading]],
])('the experiment runs to its end, and shows what it does: as %s', { timeout: 120_000 }, async (_, user) => {
  const before = await captureState('/proc/self/ns/net')
  const { exitCode, stdout, stderr } = await run([...user, asRoot, process.execPath, demo])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^note: eniMACAddress/) })
  expect(stdout).toMatch(/✓ bridge vpcbr\d+ /)
  expect(stdout).toContain('✓ blue → the machine beyond (10.1.0.2) and back, 9001 bytes, not fragmented')
  expect(stdout).toContain('✓ the machine beyond → blue (192.168.1.43) and back, 9001 bytes, not fragmented')
  expect(stdout.trim().split('\n').at(-1)).toContain('are as they were before')
  expect(await captureState('/proc/self/ns/net')).toEqual(before)
})
