import { readFile } from 'node:fs/promises'
import { captureState, ping } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { buildExecutable } from './support/build-executable.ts'
import { onMusl } from './support/musl.ts'
import { config, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

test('on musl, networks of each kind are made and removed', async () => {
  const executable = await buildExecutable(`linux-${process.arch}-musl`)
  // Its loader, which is in its head, is musl itself: glibc is not in the process.
  expect((await readFile(executable)).subarray(0, 4096).includes('/lib/ld-musl-')).toBe(true)
  const program = await onMusl(executable)
  const { host, blue, beyond } = await useWorld()
  const before = [await captureState(host), await captureState(blue)]
  for (const more of [{}, { bridgeType: 'L2' }, { interfaceType: 'tap', tapUserID: '0' }]) {
    const endpoint = { netns: blue, config: { ...config, ...more } }
    const { interfaces } = await succeed(program, host, { command: 'ADD', ...endpoint })
    expect(interfaces).toContainEqual(expect.objectContaining({ name: 'blueveth', sandbox: blue }))
    // Nobody answers at a TAP interface.
    expect(await ping(beyond, '192.168.1.43')).toBe(!('interfaceType' in more))
    await succeed(program, host, { command: 'DEL', ...endpoint })
    expect([await captureState(host), await captureState(blue)]).toEqual(before)
  }
})
