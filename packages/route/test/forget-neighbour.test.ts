import { expect, test } from 'vitest'
import { forgetNeighbour } from '../src/index.ts'
import { newHost } from './host.ts'

const neighbour = { dev: 'eth0', address: '10.0.0.9', mac: '02:00:00:00:00:09' }
const step = forgetNeighbour(neighbour)

test('an entry that was learnt is deleted, and not put back', async () => {
  const { kernel, host, undos, undo } = await newHost()
  const before = kernel.state()
  for (const walk of [() => step.apply(host, undo), () => step.revert(host)]) {
    kernel.learnNeighbour('/host', neighbour)
    ;(await walk())._unsafeUnwrap()
    expect(kernel.state()).toEqual(before)
  }
  expect(undos).toEqual([])
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await step.apply(host, undo)).isOk()).toBe(true)
})

test('a permanent entry stays as long as the address is in use', async () => {
  const { host, undo } = await newHost()
  await host.change({ do: 'set neighbour', neighbour })
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.neighbours())._unsafeUnwrap()).toEqual([neighbour])
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await host.neighbours())._unsafeUnwrap()).toEqual([])
})

test('where the link is gone there is nothing to delete', async () => {
  const { host, undo } = await newHost()
  const gone = forgetNeighbour({ ...neighbour, dev: 'nope' })
  expect((await gone.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await gone.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
})
