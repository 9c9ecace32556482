import { expect, test } from 'vitest'
import { snapshot } from '../src/index.ts'
import { host, perform, value } from './host.ts'

test('a snapshot has everything, and equals another as long as nothing has changed', async () => {
  const { netns } = await host()
  await perform(
    netns,
    { do: 'set link', name: 'eth10', set: { up: true } },
    { do: 'add address', address: { dev: 'eth10', address: '10.0.0.1/24' } },
    { do: 'set neighbour', neighbour: { dev: 'eth10', address: '10.0.0.9', mac: '02:00:00:00:00:99' } },
  )
  const before = await value(snapshot(netns))
  expect(before.links.map(({ name }) => name)).toEqual(['lo', 'eth10'])
  expect(before.addresses.map(({ address }) => address)).toEqual(['fe80::ff:fe00:10/64', '10.0.0.1/24'])
  expect(before.routes.map(({ destination }) => destination)).toEqual(['10.0.0.0/24', 'fe80::/64'])
  expect(before.neighbours.map(({ address }) => address)).toEqual(['10.0.0.9'])
  expect(await value(snapshot(netns))).toEqual(before)
  await perform(netns, { do: 'set link', name: 'eth10', set: { mtu: 1500 } })
  expect(await value(snapshot(netns))).not.toEqual(before)
})
