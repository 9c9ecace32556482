import { expect, test } from 'vitest'
import { linkUp } from '../src/index.ts'
import { newHost } from './host.ts'

async function newHostWithCard() {
  const made = await newHost()
  made.kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10' })
  return made
}

test('brings the link up, and down again on rollback', async () => {
  const { kernel, host, undo, rollBack } = await newHostWithCard()
  const before = kernel.state()
  ;(await linkUp({ name: 'eth10' }).apply(host, undo))._unsafeUnwrap()
  expect((await host.link('eth10'))._unsafeUnwrap()?.up).toBe(true)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('reverts to what it is told was before, and otherwise to nothing', async () => {
  const { host } = await newHostWithCard()
  await linkUp({ name: 'eth10' }).apply(host, () => {})
  expect((await linkUp({ name: 'eth10' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await linkUp({ name: 'eth10', before: { up: true } }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await host.link('eth10'))._unsafeUnwrap()?.up).toBe(true)
  expect((await linkUp({ name: 'eth10', before: { up: false } }).revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await host.link('eth10'))._unsafeUnwrap()?.up).toBe(false)
})

test('tells when there is no such link; reverting is no error then', async () => {
  const { host, undo } = await newHost()
  expect((await linkUp({ name: 'eth10' }).apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
  expect((await linkUp({ name: 'eth10', before: { up: false } }).revert(host))._unsafeUnwrap()).toBe('absent')
})
