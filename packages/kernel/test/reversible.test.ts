import type { Undo } from '@vpc-bridge/step'
import { errAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { changeReversibly, failing, intercept, isGone, type KernelError, operationError } from '../src/index.ts'
import { bridge, failure, host, perform, value } from './host.ts'

const removal = { do: 'delete link', name: 'br0' } as const

test('a change is recorded with what takes it back', async () => {
  const { kernel, netns } = await host()
  const before = kernel.state()
  const undos: Undo<KernelError>[] = []
  await value(changeReversibly(netns, bridge('br0'), removal, (undo) => undos.push(undo)))
  expect(undos.map(({ what }) => what)).toEqual(['delete link: link br0'])
  await undos[0]?.run()
  expect(kernel.state()).toEqual(before)
})

test('a change that fails is not recorded', async () => {
  const { netns } = await host()
  const undos: Undo<KernelError>[] = []
  const change = changeReversibly(failing(netns, 1), bridge('br0'), removal, (undo) => undos.push(undo))
  expect(await failure(change)).toMatchObject({ errno: 'EIO' })
  expect(undos).toEqual([])
})

test.each([true, false])('a change that was not heard of in time is taken back; made: %s', async (isMade) => {
  const { kernel, netns } = await host()
  const before = kernel.state()
  const late = intercept(netns, (operation, where, proceed) => {
    if (operation.do !== 'add link') return proceed()
    const killed = operationError(operation, where.path, 'ETIMEDOUT', 'killed')
    return isMade ? proceed().andThen(() => errAsync(killed)) : errAsync(killed)
  })
  const undos: Undo<KernelError>[] = []
  const change = changeReversibly(late, bridge('br0'), removal, (undo) => undos.push(undo))
  expect(await failure(change)).toMatchObject({ errno: 'ETIMEDOUT' })
  expect((await netns.link('br0'))._unsafeUnwrap() !== undefined).toBe(isMade)
  expect((await undos[0]?.run())?.isOk()).toBe(true)
  expect(kernel.state()).toEqual(before)
})

test('to take back what has gone by itself is no error; what cannot be taken back is', async () => {
  const { netns } = await host()
  const undos: Undo<KernelError>[] = []
  await value(changeReversibly(netns, bridge('br0'), removal, (undo) => undos.push(undo)))
  await perform(netns, removal)
  expect((await undos[0]?.run())?.isOk()).toBe(true)

  const down = { do: 'set link', name: 'br1', set: { up: false } } as const
  await perform(netns, bridge('br1'))
  await value(changeReversibly(netns, { ...down, set: { up: true } }, down, (undo) => undos.push(undo)))
  await perform(netns, { do: 'delete link', name: 'br1' })
  expect((await undos[1]?.run())?.isErr()).toBe(true)
})

test.each([
  ['ENODEV', true],
  ['ENOENT', true],
  ['ESRCH', true],
  ['EADDRNOTAVAIL', true],
  ['EPERM', false],
  ['EBUSY', false],
])('%s: gone is %s', (errno, gone) => {
  expect(isGone(operationError(removal, '/host', errno, ''))).toBe(gone)
})
