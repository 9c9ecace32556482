import type { LinkSettings } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { createTestHost, ipamType } from '../src/index.ts'
import { cable } from './cable.ts'

/** Connects a container, and has a later plugin of the chain change its interface, and tell of it. */
async function changed(set: LinkSettings, told: object) {
  const host = await createTestHost(cable(), { name: '', configuration: { ipam: { type: ipamType } } })
  const { interfaces, ...result } = await host.succeed('ADD')
  const container = (await host.kernel.open('/c1'))._unsafeUnwrap()
  ;(await container.change({ do: 'set link', name: 'eth0', set }))._unsafeUnwrap()
  const [made, ...others] = Array.isArray(interfaces) ? interfaces : []
  const prevResult = { ...result, interfaces: [{ ...made, ...told }, ...others] }
  return { host, keys: { prevResult } }
}

test.each([
  [{ mac: '02:00:00:00:00:99' }, { mac: '02:00:00:00:00:99' }],
  [{ mtu: 1400 }, { mtu: 1400 }],
])('CHECK is content with %j of a later plugin that tells of it.', async (set, told) => {
  const { host, keys } = await changed(set, told)
  await host.succeed('CHECK', { keys })
  await host.succeed('DEL')
})

test.each([{ mac: '02:00:00:00:00:99' }, { mtu: 1400 }])('CHECK finds %j that nobody tells of.', async (set) => {
  const { host, keys } = await changed(set, {})
  expect(await host.fail('CHECK', { keys })).toBe(107)
})
