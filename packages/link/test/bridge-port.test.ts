import { expect, test } from 'vitest'
import { bridge, bridgePort } from '../src/index.ts'
import { newHost } from './host.ts'

const step = bridgePort({ dev: 'eth10', bridge: 'br0' })
const mac = '02:00:00:00:00:01'

async function newHostWithCard() {
  const made = await newHost()
  made.kernel.addPhysicalLink('/host', { name: 'eth10', mac })
  for (const name of ['br0', 'br1']) await bridge({ name, mac, mtu: 1500 }).apply(made.host, () => {})
  return made
}

test('is a port of the bridge, and leaves it again on rollback and revert', async () => {
  const { kernel, host, undo, undos, rollBack } = await newHostWithCard()
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.links({ master: 'br0' }))._unsafeUnwrap().map(({ name }) => name)).toEqual(['eth10'])
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(1)
  await rollBack()
  expect(kernel.state()).toEqual(before)
  await step.apply(host, undo)
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('is neither taken from another bridge, nor off it', async () => {
  const { kernel, host, undo } = await newHostWithCard()
  await bridgePort({ dev: 'eth10', bridge: 'br1' }).apply(host, () => {})
  const before = kernel.state()
  expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'EBUSY' })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('a link that is not there is ENODEV; for a revert it is no error', async () => {
  const { host, undo } = await newHost()
  expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
})
