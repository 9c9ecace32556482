import type { Clock } from '@vpc-bridge/runtime'
import { expect, test } from 'vitest'
import { attachmentIn } from './support/attachment.ts'
import { createMemoryHost } from './support/memory-host.ts'
import { del } from './support/walks.ts'

/** A clock that goes on only while somebody sleeps. */
function sleepingClock(): Clock & { readonly sleeps: readonly number[] } {
  let nowMs = 1000
  const sleeps: number[] = []
  const sleep = async (ms: number) => {
    sleeps.push(ms)
    nowMs += ms
  }
  return { now: () => nowMs, sleep, sleeps }
}

test('a DEL of a last endpoint that is interrupted while it waits leaves everything as it is', async () => {
  const { kernel, host, connect } = await createMemoryHost()
  await connect('blue')
  const before = kernel.state()
  const lock = (await host.tryLock('shared'))._unsafeUnwrap()
  const attachment = { ...attachmentIn('/run/netns/blue'), containerId: 'blue', ifName: 'eth0' }
  const options = { clock: sleepingClock(), interruption: async () => 'SIGTERM' as const }
  expect((await del(host, attachment, options))._unsafeUnwrapErr()).toMatchObject({ kind: 'wait interrupted' })
  expect(kernel.state()).toEqual(before)
  await lock?.release()
  ;(await del(host, attachment, options))._unsafeUnwrap()
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'eth10'])
})

test('a DEL of one endpoint of several waits for nobody', async () => {
  const { host, connect } = await createMemoryHost()
  await connect('blue')
  await connect('red', { addresses: ['192.168.1.44/24'] })
  const lock = (await host.tryLock('exclusive'))._unsafeUnwrap()
  const clock = sleepingClock()
  const attachment = { ...attachmentIn('/run/netns/blue'), containerId: 'blue', ifName: 'eth0' }
  ;(await del(host, attachment, { clock }))._unsafeUnwrap()
  expect(clock.sleeps).toEqual([])
  await lock?.release()
})
