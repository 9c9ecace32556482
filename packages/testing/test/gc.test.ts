import { failing } from '@vpc-bridge/kernel'
import { okAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { createTestHost, ipamType } from '../src/index.ts'
import { cable, flawedBridge } from './cable.ts'

const none = { 'cni.dev/valid-attachments': [] }

test('An IPAM plugin that knows no GC is told of each collected endpoint by a DEL.', async () => {
  const host = await createTestHost(cable(), {
    name: '',
    configuration: { ipam: { type: ipamType } },
    ipamLacks: ['GC'],
  })
  await host.succeed('ADD')
  await host.succeed('GC', { keys: none })
  expect([...host.ipam.reserved]).toEqual([])
})

test('A GC goes on past an endpoint that cannot be removed, and keeps its address.', async () => {
  const host = await createTestHost(cable(), { name: '', configuration: { ipam: { type: ipamType } } })
  for (const containerId of ['c1', 'c2']) await host.succeed('ADD', { containerId })
  const wrapped = failing(host.host, 1, 'EBUSY')
  const kernel = { open: () => okAsync(wrapped), close: () => {} }
  expect(await host.fail('GC', { kernel, keys: none })).toBe(105)
  expect([...host.ipam.reserved.keys()]).toEqual(['c1/eth0'])
  await host.succeed('GC', { keys: none })
  expect([...host.ipam.reserved]).toEqual([])
})

test('A record of a newer version keeps GC, and a DEL of the last other endpoint, from what it may need.', async () => {
  const host = await createTestHost(cable({ common: [flawedBridge()] }), { name: '', configuration: {} })
  for (const containerId of ['c1', 'c2']) await host.succeed('ADD', { containerId })
  const [first] = (await host.host.links())._unsafeUnwrap().filter((link) => link.alias?.includes('container=c1'))
  const alias = 'cable v=2 network=net container=c1 interface=eth0'
  ;(await host.host.change({ do: 'set link', name: first?.name ?? '', set: { alias } }))._unsafeUnwrap()
  expect(await host.fail('DEL')).toBe(111)
  await host.succeed('DEL', { containerId: 'c2' })
  expect(await host.fail('GC', { keys: none })).toBe(111)
  const names = (await host.host.links())._unsafeUnwrap().map(({ name }) => name)
  expect(names).toEqual(['lo', 'flawed', first?.name])
})
