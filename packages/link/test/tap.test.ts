import { expect, test } from 'vitest'
import { bridge, tap } from '../src/index.ts'
import { newHost } from './host.ts'

const wanted = { name: 'tap0', owner: 1000, mac: '02:00:00:00:00:02', mtu: 9001, master: 'br0', alias: 'whose it is' }
const step = tap(wanted)

async function newHostWithBridge() {
  const made = await newHost()
  await bridge({ name: 'br0', mac: '02:00:00:00:00:01', mtu: 9001 }).apply(made.host, () => {})
  return made
}

test('is a TAP interface, up, a port of the bridge', async () => {
  const { kernel, host, undo, undos, rollBack } = await newHostWithBridge()
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  const master = (await host.link('br0'))._unsafeUnwrap()?.index
  const { owner: _, ...settings } = wanted
  const found = (await host.link('tap0'))._unsafeUnwrap()
  expect(found).toMatchObject({ ...settings, kind: 'tun', master, up: true })
  const done = undos.length
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(done)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('is completed if it was half-made', async () => {
  const { host, undo } = await newHostWithBridge()
  await host.change({ do: 'add link', link: { kind: 'tap', name: 'tap0', owner: 1000 } })
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.link('tap0'))._unsafeUnwrap()).toMatchObject({ mtu: 9001, up: true })
})

test('is not made of what is no TAP interface', async () => {
  const { kernel, host, undo } = await newHostWithBridge()
  await host.change({ do: 'add link', link: { kind: 'dummy', name: 'tap0' } })
  const before = kernel.state()
  expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'EEXIST' })
  expect(kernel.state()).toEqual(before)
})

test('is removed, once', async () => {
  const { kernel, host } = await newHostWithBridge()
  const before = kernel.state()
  await step.apply(host, () => {})
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})
