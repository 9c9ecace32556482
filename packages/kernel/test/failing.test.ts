import { expect, test } from 'vitest'
import { failing } from '../src/failing.ts'
import { bridge, failure, host, perform, value } from './host.ts'

test('the n-th change fails, once, and is not made', async () => {
  const { netns } = await host()
  const flawed = failing(netns, 2, 'ENOMEM')
  await perform(flawed, bridge('br1'))
  expect(await failure(flawed.change(bridge('br2')))).toMatchObject({ errno: 'ENOMEM', object: 'bridge br2' })
  await perform(flawed, bridge('br3'))
  const names = (await value(netns.links())).map(({ name }) => name)
  expect(names).toEqual(['lo', 'eth10', 'br1', 'br3'])
})

test('changes count in whichever namespace they are, look-ups do not', async () => {
  const { netns } = await host()
  const flawed = failing(netns, 2)
  await value(flawed.links())
  const blue = await value(flawed.open('/blue'))
  await perform(blue, bridge('br1'))
  expect(await failure(flawed.change(bridge('br2')))).toMatchObject({ errno: 'EIO', netns: '/host' })
})

test('a change that the kernel refuses counts, too', async () => {
  const { netns } = await host()
  const flawed = failing(netns, 2)
  expect(await failure(flawed.change({ do: 'delete link', name: 'nope' }))).toMatchObject({ errno: 'ENODEV' })
  expect(await failure(flawed.change(bridge('br0')))).toMatchObject({ errno: 'EIO' })
})
