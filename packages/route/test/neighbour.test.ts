import { expect, test } from 'vitest'
import { neighbour } from '../src/index.ts'
import { newHost } from './host.ts'

const entry = { dev: 'eth0', address: '10.0.0.9', mac: '02:00:00:00:00:09' }

test('adds an entry, changes nothing when it is there, and takes it away on rollback', async () => {
  const { kernel, host, undos, undo, rollBack } = await newHost()
  const before = kernel.state()
  ;(await neighbour(entry).apply(host, undo))._unsafeUnwrap()
  expect((await host.neighbours('eth0'))._unsafeUnwrap()).toEqual([entry])
  ;(await neighbour(entry).apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(1)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('changes the MAC address of an entry, and back on rollback', async () => {
  const { kernel, host, undo, rollBack } = await newHost()
  await neighbour(entry).apply(host, () => {})
  const before = kernel.state()
  const moved = { ...entry, mac: '02:00:00:00:00:0a' }
  ;(await neighbour(moved).apply(host, undo))._unsafeUnwrap()
  expect((await host.neighbours('eth0'))._unsafeUnwrap()).toEqual([moved])
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('is removed, and removing it again is no error, nor without the link', async () => {
  const { host } = await newHost()
  await neighbour(entry).apply(host, () => {})
  expect((await neighbour(entry).revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await neighbour(entry).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await neighbour({ ...entry, dev: 'nope' }).revert(host))._unsafeUnwrap()).toBe('absent')
})
