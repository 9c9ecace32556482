import { expect, test } from 'vitest'
import { bridge, veth } from '../src/index.ts'
import { newHost } from './host.ts'

const near = { name: 'veth0', mac: '02:00:00:00:00:02', mtu: 9001, alias: 'mine' }
const far = { name: 'eth0', mac: '02:00:00:00:00:03' }
const step = veth({ ...near, master: 'br0', peer: { ...far, netns: '/blue' } })

async function newHostWithBridge() {
  const made = await newHost()
  await bridge({ name: 'br0', mac: '02:00:00:00:00:01', mtu: 9001 }).apply(made.host, () => {})
  return made
}

test('connects the two namespaces, both ends up', async () => {
  const { host, container, undo } = await newHostWithBridge()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  const master = (await host.link('br0'))._unsafeUnwrap()?.index
  expect((await host.link('veth0'))._unsafeUnwrap()).toMatchObject({ ...near, kind: 'veth', master, up: true })
  expect((await container.link('eth0'))._unsafeUnwrap()).toMatchObject({ ...far, kind: 'veth', mtu: 9001, up: true })
})

test('leaves nothing behind on rollback', async () => {
  const { kernel, host, undo, rollBack } = await newHostWithBridge()
  const before = kernel.state()
  await step.apply(host, undo)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('changes nothing when it is right', async () => {
  const { kernel, host, undo, undos } = await newHostWithBridge()
  await step.apply(host, () => {})
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toEqual([])
  expect(kernel.state()).toEqual(before)
})

test('completes a pair that has just been created, and puts it back on rollback', async () => {
  const { kernel, host, container, undo, rollBack } = await newHostWithBridge()
  const pair = { kind: 'veth', name: 'veth0', peer: { name: 'eth0', netns: '/blue' } } as const
  await host.change({ do: 'add link', link: { kind: 'ifb', name: 'other', mtu: 9001, master: 'br0' } })
  await host.change({ do: 'add link', link: pair })
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await container.link('eth0'))._unsafeUnwrap()).toMatchObject({ ...far, mtu: 9001, up: true })
  expect((await host.link('veth0'))._unsafeUnwrap()).toMatchObject({ ...near, up: true })
  await rollBack()
  // The MAC addresses are chosen ones now, in a model that knows the difference.
  expect(JSON.stringify(kernel.state()).replaceAll(/"(mac|mtu)IsChosen":(true|false)/g, '')).toEqual(
    JSON.stringify(before).replaceAll(/"(mac|mtu)IsChosen":(true|false)/g, ''),
  )
})

test.each([
  ['near', { name: 'veth0', peer: { name: 'other', netns: '/blue' } }, 'veth0 exists'],
  ['far', { name: 'other', peer: { name: 'eth0', netns: '/blue' } }, 'eth0 in /blue exists'],
])("does not touch somebody else's link at the %s end", async (_, pair, words) => {
  const { kernel, host, undo } = await newHostWithBridge()
  await host.change({ do: 'add link', link: { kind: 'veth', ...pair } })
  const before = kernel.state()
  const error = (await step.apply(host, undo))._unsafeUnwrapErr()
  expect(error).toMatchObject({ errno: 'EEXIST' })
  expect(error.message).toContain(words)
  expect(kernel.state()).toEqual(before)
})

test('tells when the namespace is not there', async () => {
  const { kernel, host, undo } = await newHostWithBridge()
  kernel.removeNetns('/blue')
  expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENOENT' })
})

test('is removed with both ends, and removing it again is no error', async () => {
  const { kernel, host } = await newHostWithBridge()
  const before = kernel.state()
  await step.apply(host, () => {})
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})
