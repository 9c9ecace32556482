import type { KernelError } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import type { Undo } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { address, broadcastOf } from '../src/index.ts'

async function newHost() {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  await host.change({ do: 'add link', link: { kind: 'dummy', name: 'eth0', up: true } })
  const undos: Undo<KernelError>[] = []
  return { kernel, host, undos, undo: (entry: Undo<KernelError>) => undos.push(entry) }
}

test.each([
  ['192.168.1.43/24', { broadcast: '192.168.1.255' }],
  ['10.0.0.1/32', {}],
  ['fd00::1/64', {}],
])('adds %s, changes nothing when it is there, and takes it away on rollback', async (text, rest) => {
  const { kernel, host, undos, undo } = await newHost()
  const before = kernel.state()
  const step = address({ dev: 'eth0', address: text })
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.addresses('eth0'))._unsafeUnwrap()).toContainEqual({ dev: 'eth0', address: text, ...rest })
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(1)
  ;(await undos[0]?.run())?._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test('is removed, and removing it again is no error, nor without the link', async () => {
  const { kernel, host, undo } = await newHost()
  const before = kernel.state()
  const step = address({ dev: 'eth0', address: '10.0.0.1/24' })
  await step.apply(host, undo)
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect(kernel.state()).toEqual(before)
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await address({ dev: 'nope', address: '10.0.0.1/24' }).revert(host))._unsafeUnwrap()).toBe('absent')
})

test('tells when there is no such link', async () => {
  const { host, undo } = await newHost()
  const error = (await address({ dev: 'nope', address: '10.0.0.1/24' }).apply(host, undo))._unsafeUnwrapErr()
  expect(error.errno).toBe('ENODEV')
})

test.each([
  ['192.168.1.43/24', '192.168.1.255'],
  ['10.1.2.3/8', '10.255.255.255'],
  ['10.0.0.1/30', '10.0.0.3'],
  ['10.0.0.0/31', undefined],
  ['10.0.0.1/32', undefined],
  ['fd00::1/64', undefined],
])('broadcastOf(%s) is %s', (text, broadcast) => {
  expect(broadcastOf(text)).toBe(broadcast)
})

test('An address without a prefix route brings no route to its subnet.', async () => {
  const { host, undo } = await newHost()
  const before = (await host.routes({ family: 'inet' }))._unsafeUnwrap()
  ;(await address({ dev: 'eth0', address: '10.0.0.1/24', prefixRoute: false }).apply(host, undo))._unsafeUnwrap()
  const added = expect.objectContaining({ address: '10.0.0.1/24', noPrefixRoute: true })
  expect((await host.addresses('eth0'))._unsafeUnwrap()).toContainEqual(added)
  expect((await host.routes({ family: 'inet' }))._unsafeUnwrap()).toEqual(before)
})
