import { expect, test } from 'vitest'
import { createTestHost, ipamType } from '../src/index.ts'
import { cable } from './cable.ts'

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
  const alias = 'cable v=2 network=net container=c1 interface=eth0'
  const [first] = (await host.host.links())._unsafeUnwrap().filter((link) => link.alias?.includes('container=c1'))
  ;(await host.host.change({ do: 'set link', name: first?.name ?? '', set: { alias } }))._unsafeUnwrap()
  expect(await host.fail('DEL')).toBe(111)
  await host.succeed('GC', { keys: none })
  expect((await host.host.link(first?.name ?? ''))._unsafeUnwrap()).toBeDefined()
})
