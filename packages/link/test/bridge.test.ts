import { failing } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { bridge } from '../src/index.ts'
import { newHost } from './host.ts'

const wanted = { name: 'br0', mac: '02:00:00:00:00:01', mtu: 9001, alias: 'mine' }
const step = bridge(wanted)

test('creates the bridge with everything, up', async () => {
  const { host, undo } = await newHost()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.link('br0'))._unsafeUnwrap()).toMatchObject({ ...wanted, kind: 'bridge', up: true })
})

test('changes nothing when it is right', async () => {
  const { kernel, host, undo, undos } = await newHost()
  await step.apply(host, undo)
  const state = kernel.state()
  undos.length = 0
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toEqual([])
  expect(kernel.state()).toEqual(state)
})

test.each([
  ['MAC address', { mac: '02:00:00:00:00:02' }],
  ['MTU', { mtu: 1500 }],
  ['state', { up: false }],
  ['alias', { alias: 'yours' }],
])('puts a wrong %s right, and back on rollback', async (_, set) => {
  const { kernel, host, undo, undos, rollBack } = await newHost()
  await step.apply(host, () => {})
  await host.change({ do: 'set link', name: 'br0', set })
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.link('br0'))._unsafeUnwrap()).toMatchObject({ ...wanted, up: true })
  expect(undos).toHaveLength(1)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('completes a bridge that has just been created', async () => {
  const { host, undo } = await newHost()
  await host.change({ do: 'add link', link: { kind: 'bridge', name: 'br0' } })
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.link('br0'))._unsafeUnwrap()).toMatchObject({ ...wanted, up: true })
})

test('leaves a link of another kind alone', async () => {
  const { kernel, host, undo } = await newHost()
  await host.change({ do: 'add link', link: { kind: 'dummy', name: 'br0' } })
  const before = kernel.state()
  expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({
    errno: 'EEXIST',
    message: 'br0 exists and is a dummy link, not a bridge link',
  })
  expect(kernel.state()).toEqual(before)
})

test('is removed, and removing it again is no error', async () => {
  const { kernel, host } = await newHost()
  const before = kernel.state()
  await step.apply(host, () => {})
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('is absent when another process removes it in the same moment; any other error stays one', async () => {
  const { host } = await newHost()
  await step.apply(host, () => {})
  expect((await step.revert(failing(host, 1, 'ENODEV')))._unsafeUnwrap()).toBe('absent')
  expect((await step.revert(failing(host, 1, 'EBUSY')))._unsafeUnwrapErr()).toMatchObject({ errno: 'EBUSY' })
})
