import { failing } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { ipv4ForwardingAll } from '../src/index.ts'
import { newHost } from './host.ts'

const path = 'net/ipv4/conf/all/forwarding'

test('The machine forwards, and neither an undo nor a removal switches it off.', async () => {
  const { host, undos, undo, rollBack } = await newHost()
  const step = ipv4ForwardingAll()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(1)
  expect(await rollBack()).toEqual(['left'])
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await host.sysctl(path))._unsafeUnwrap()).toBe('1')
})

test('A switch that cannot be written is an error, and nothing is to be undone, unless it may have been.', async () => {
  const { host, undos, undo } = await newHost()
  expect((await ipv4ForwardingAll().apply(failing(host, 1, 'EROFS'), undo))._unsafeUnwrapErr().errno).toBe('EROFS')
  expect(undos).toHaveLength(0)
  await ipv4ForwardingAll().apply(failing(host, 1, 'ETIMEDOUT'), undo)
  expect(undos).toHaveLength(1)
})
