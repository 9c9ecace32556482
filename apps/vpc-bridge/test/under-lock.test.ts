import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import type { Clock, StopSignal } from '@vpc-bridge/runtime'
import { okAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { del } from '../src/del.ts'
import { underLock } from '../src/under-lock.ts'
import { attachmentIn } from './support/attachment.ts'

/** A host whose lock another process has. */
async function lockedHost() {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  const lock = (await host.tryLock('shared'))._unsafeUnwrap()
  return { host, release: async () => lock?.release() }
}

/** A clock that goes on only while somebody sleeps, and does something at a time. */
function clockWith(atMs: number, act: () => unknown): Clock & { readonly sleeps: readonly number[] } {
  let nowMs = 1000
  const sleeps: number[] = []
  const sleep = async (ms: number) => {
    sleeps.push(ms)
    nowMs += ms
    if (nowMs - ms < 1000 + atMs && nowMs >= 1000 + atMs) await act()
  }
  return { now: () => nowMs, sleep, sleeps }
}

test('a lock that another process has is tried again, less and less often, until it is free', async () => {
  const { host, release } = await lockedHost()
  const clock = clockWith(100, release)
  expect((await underLock(host, 'exclusive', () => okAsync('done'), { clock }))._unsafeUnwrap()).toBe('done')
  expect(clock.sleeps).toEqual([1, 2, 4, 8, 16, 16, 16, 16, 16, 16])
  expect((await host.tryLock('exclusive'))._unsafeUnwrap()).toBeDefined()
})

test('a lock that another process has for 30 s is an error', async () => {
  const { host } = await lockedHost()
  const clock = clockWith(0, () => {})
  const error = (await underLock(host, 'exclusive', () => okAsync(), { clock }))._unsafeUnwrapErr()
  expect(error).toEqual({ kind: 'busy', seconds: 30 })
  expect(clock.now()).toBeGreaterThan(31_000)
})

test('an interruption ends the wait of a DEL, which loses nothing', async () => {
  const { host, release } = await lockedHost()
  let reason: StopSignal | undefined
  const clock = clockWith(100, () => {
    reason = 'SIGTERM'
  })
  const attachment = attachmentIn('/gone')
  const options = { clock, interruption: async () => reason }
  expect((await del(host, attachment, options))._unsafeUnwrapErr()).toEqual({
    kind: 'wait interrupted',
    reason: 'SIGTERM',
  })
  expect(clock.now()).toBeLessThan(1200)
  await release()
  expect((await del(host, attachment, { clock })).isOk()).toBe(true)
})
