import type { Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import type { Clock, FileLockHolder, StopSignal } from '@vpc-bridge/runtime'
import { okAsync, safeTry } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import { type LockFailure, withEndpointLock, withLock } from '../../src/commands/lock.ts'

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
  expect((await withLock(host, 'exclusive', () => okAsync('done'), { clock }))._unsafeUnwrap()).toBe('done')
  expect(clock.sleeps).toEqual([1, 2, 4, 8, 16, 16, 16, 16, 16, 16])
  expect((await host.tryLock('exclusive'))._unsafeUnwrap()).toBeDefined()
})

test('a lock that another process has for 30 s is an error', async () => {
  const { host } = await lockedHost()
  const clock = clockWith(0, () => {})
  const error = (await withLock(host, 'exclusive', () => okAsync(), { clock }))._unsafeUnwrapErr()
  expect(error).toEqual({ kind: 'busy', seconds: 30 })
  expect(clock.now()).toBeGreaterThan(31_000)
})

describe("the lock of the namespace's file, which older versions take", () => {
  /** A host whose file is locked by such a process. */
  async function hostLockedBy(holder: FileLockHolder) {
    const kernel = createMemoryKernel()
    kernel.addNetns('/host')
    const host = (await kernel.open('/host'))._unsafeUnwrap()
    let isLocked = true
    const locked: Netns = {
      ...host,
      tryFileLock: (mode) => (isLocked ? okAsync(holder) : host.tryFileLock(mode)),
    }
    const warnings: string[] = []
    const unlock = () => {
      isLocked = false
    }
    return { host: locked, warnings, warn: (message: string) => warnings.push(message), unlock }
  }

  test('is waited for if root has it', async () => {
    const { host, warn, warnings, unlock } = await hostLockedBy('root')
    const clock = clockWith(10_000, unlock)
    expect((await withLock(host, 'shared', () => okAsync('done'), { clock, warn }))._unsafeUnwrap()).toBe('done')
    expect(clock.now()).toBeGreaterThan(11_000)
    expect(warnings).toEqual([])
  })

  test('is not waited for if other users alone have it', async () => {
    const { host, warn, warnings } = await hostLockedBy('user')
    const clock = clockWith(0, () => {})
    expect((await withLock(host, 'exclusive', () => okAsync('done'), { clock, warn }))._unsafeUnwrap()).toBe('done')
    expect(clock.sleeps).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('a user without privileges has locked /host')])
  })

  test('is waited for a second if a process has it that cannot be seen', async () => {
    const { host, warn, warnings } = await hostLockedBy('unknown')
    const clock = clockWith(0, () => {})
    expect((await withLock(host, 'shared', () => okAsync('done'), { clock, warn }))._unsafeUnwrap()).toBe('done')
    expect(clock.now() - 1000).toBeGreaterThan(1000)
    expect(clock.now() - 1000).toBeLessThan(2000)
    expect(warnings).toEqual([expect.stringContaining('cannot be seen')])
  })

  test('keeps nobody from the other lock while it is waited for', async () => {
    const { host, unlock } = await hostLockedBy('root')
    let other: unknown
    const clock = clockWith(100, async () => {
      other = (await host.tryLock('exclusive'))._unsafeUnwrap()?.release()
      unlock()
    })
    ;(await withLock(host, 'shared', () => okAsync(), { clock }))._unsafeUnwrap()
    expect(other).toBeDefined()
  })
})

test('endpoints are locked each for itself', async () => {
  const { host } = await lockedHost()
  const clock = clockWith(0, () => {})
  const one = { containerId: 'one', ifName: 'eth0' }
  const done = await withEndpointLock(
    host,
    one,
    () =>
      safeTry<string, LockFailure>(async function* () {
        const again = await withEndpointLock(host, one, () => okAsync('again'), { clock })
        expect(again._unsafeUnwrapErr()).toEqual({ kind: 'busy', seconds: 30 })
        return withEndpointLock(host, { ...one, ifName: 'eth1' }, () => okAsync('other'), { clock })
      }),
    { clock },
  )
  expect(done._unsafeUnwrap()).toBe('other')
})

test('an interruption ends the wait, and the work is not begun', async () => {
  const { host } = await lockedHost()
  let reason: StopSignal | undefined
  const clock = clockWith(100, () => {
    reason = 'SIGTERM'
  })
  const work = () => okAsync<string, LockFailure>('done')
  const ended = await withLock(host, 'exclusive', work, { clock, interruption: async () => reason })
  expect(ended._unsafeUnwrapErr()).toEqual({ kind: 'wait interrupted', reason: 'SIGTERM' })
  expect(clock.now()).toBeLessThan(1200)
})
