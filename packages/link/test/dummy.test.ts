import { expect, test } from 'vitest'
import { bridge, dummy } from '../src/index.ts'
import { newHost } from './host.ts'

const mac = '02:00:00:00:00:01'
const step = dummy({ name: 'd0', altName: 'the-long-name-of-d0', mac, mtu: 9001, master: 'br0' })
/** One whose second name could be its first. */
const shortStep = dummy({ name: 'd0', altName: 'd0-0', mac, mtu: 9001, master: 'br0' })

async function newHostWithBridge(missingDrivers: readonly string[] = []) {
  const made = await newHost({ missingDrivers })
  await bridge({ name: 'br0', mac, mtu: 9001 }).apply(made.host, () => {})
  return made
}

test.each([
  ['a dummy link', [], 'dummy'],
  ['an ifb link where there is no dummy driver', ['dummy'], 'ifb'],
])('is %s, a port of the bridge, with both names', async (_, missing, kind) => {
  const { kernel, host, undo, undos, rollBack } = await newHostWithBridge(missing)
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  const found = (await host.link('the-long-name-of-d0'))._unsafeUnwrap()
  const master = (await host.link('br0'))._unsafeUnwrap()?.index
  expect(found).toMatchObject({ name: 'd0', kind, mac, mtu: 9001, master, up: true })
  const done = undos.length
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(done)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('joins the bridge when it is not a port yet, and leaves it again on rollback', async () => {
  const { kernel, host, undo, rollBack } = await newHostWithBridge()
  await host.change({ do: 'add link', link: { kind: 'dummy', name: 'd0', mac, mtu: 9001, up: true } })
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.links({ master: 'br0' }))._unsafeUnwrap().map(({ name }) => name)).toEqual(['d0'])
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('is not taken from another bridge', async () => {
  const { kernel, host, undo } = await newHostWithBridge()
  await bridge({ name: 'br1', mac, mtu: 9001 }).apply(host, () => {})
  await dummy({ name: 'd0', mac, mtu: 9001, master: 'br1' }).apply(host, () => {})
  const before = kernel.state()
  expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'EEXIST' })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('is removed, with the bridge or after it', async () => {
  const { host } = await newHostWithBridge()
  await step.apply(host, () => {})
  await host.change({ do: 'delete link', name: 'br0' })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
})

test('goes by its second name where a port of another bridge has the first', async () => {
  const { kernel, host } = await newHostWithBridge()
  await bridge({ name: 'br1', mac, mtu: 9001 }).apply(host, () => {})
  await dummy({ name: 'd0', mac, mtu: 9001, master: 'br1' }).apply(host, () => {})
  const before = kernel.state()
  for (let n = 0; n < 2; n++) (await shortStep.apply(host, () => {}))._unsafeUnwrap()
  expect((await host.links({ master: 'br0' }))._unsafeUnwrap().map(({ name }) => name)).toEqual(['d0-0'])
  expect((await shortStep.revert(host))._unsafeUnwrap()).toBe('removed')
  expect(kernel.state()).toEqual(before)
})

test('takes a port of its bridge that has its second name for its own, and gives it the first', async () => {
  const { kernel, host, undo, rollBack } = await newHostWithBridge()
  const second = { kind: 'dummy', name: 'd0-0', mac, mtu: 9001, master: 'br0', up: true } as const
  await host.change({ do: 'add link', link: second })
  const before = kernel.state()
  for (let n = 0; n < 2; n++) (await shortStep.apply(host, undo))._unsafeUnwrap()
  expect((await host.links({ master: 'br0' }))._unsafeUnwrap()).toMatchObject([{ name: 'd0-0', altNames: ['d0'] }])
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('a link of its name that is no dummy link is not removed', async () => {
  const { kernel, host } = await newHostWithBridge()
  await host.change({ do: 'add link', link: { kind: 'bridge', name: 'd0' } })
  const before = kernel.state()
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})
