import { expect, test } from 'vitest'
import { route } from '../src/index.ts'
import { newHost } from './host.ts'

const destination = '0.0.0.0/0'

test.each([
  ['on the link', { destination: '192.0.2.7/32', dev: 'eth0' }],
  ['by a gateway', { destination: '192.0.2.0/24', dev: 'eth0', gateway: '10.0.0.9' }],
  ['by a gateway that no prefix covers', { destination, dev: 'eth0', gateway: '203.0.113.1', onlink: true }],
  ['of another priority', { destination, dev: 'eth0', gateway: '10.0.0.9', metric: 50 }],
])('adds a route %s, changes nothing when it is there, and takes it away on rollback', async (_, wanted) => {
  const { kernel, host, undos, undo, rollBack } = await newHost()
  const before = kernel.state()
  ;(await route(wanted).apply(host, undo))._unsafeUnwrap()
  const [found] = (await host.routes({ family: 'inet', destination: wanted.destination }))._unsafeUnwrap()
  expect(found).toMatchObject(wanted)
  ;(await route(wanted).apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(1)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('replaces a route by the same link, and puts it back on rollback', async () => {
  const { kernel, host, undo, rollBack } = await newHost()
  await route({ destination, dev: 'eth0', gateway: '10.0.0.8' }).apply(host, () => {})
  const before = kernel.state()
  ;(await route({ destination, dev: 'eth0', gateway: '10.0.0.9' }).apply(host, undo))._unsafeUnwrap()
  expect((await host.routes({ family: 'inet', destination }))._unsafeUnwrap()).toMatchObject([{ gateway: '10.0.0.9' }])
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('a route for one type of service is another one', async () => {
  const { host, undo, rollBack } = await newHost()
  const other = {
    destination,
    dev: 'eth0',
    gateway: '10.0.0.9',
    onlink: false,
    scope: 'global',
    protocol: 'boot',
  } as const
  const mine = route({ destination, dev: 'eth0', gateway: '10.0.0.9' })
  ;(await host.change({ do: 'add route', route: { ...other, metric: 0, tos: 16 } }))._unsafeUnwrap()
  ;(await mine.apply(host, undo))._unsafeUnwrap()
  const found = async () => (await host.routes({ family: 'inet', destination }))._unsafeUnwrap().map(({ tos }) => tos)
  expect(await found()).toEqual([16, undefined])
  await rollBack()
  expect(await found()).toEqual([16])
  expect((await mine.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(await found()).toEqual([16])
})

test('leaves a route by another link alone', async () => {
  const { kernel, host, undo } = await newHost()
  await route({ destination: '192.0.2.7/32', dev: 'eth1' }).apply(host, () => {})
  const before = kernel.state()
  const error = (await route({ destination: '192.0.2.7/32', dev: 'eth0' }).apply(host, undo))._unsafeUnwrapErr()
  expect(error).toMatchObject({ errno: 'EEXIST', message: 'there is a route to 192.0.2.7/32 by eth1 already' })
  expect((await route({ destination: '192.0.2.7/32', dev: 'eth0' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('is removed, and removing it again is no error, nor without the link', async () => {
  const { kernel, host } = await newHost()
  const before = kernel.state()
  const step = route({ destination, dev: 'eth0', gateway: '10.0.0.9' })
  await step.apply(host, () => {})
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await route({ destination, dev: 'nope' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('tells why it cannot be', async () => {
  const { host, undo } = await newHost()
  const error = await route({ destination, dev: 'eth0', gateway: '203.0.113.1' }).apply(host, undo)
  expect(error._unsafeUnwrapErr()).toMatchObject({ errno: 'ENETUNREACH', object: 'route 0.0.0.0/0 on eth0' })
})
