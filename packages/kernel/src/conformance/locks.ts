import assert from 'node:assert/strict'
import type { Lock, LockMode, Netns } from '../netns.ts'
import { type ConformanceCase, openNew, value } from './case.ts'

/** The lock of a namespace. */
export const lockCases: readonly ConformanceCase[] = [
  {
    name: 'an exclusive lock excludes all others until it is released',
    run: async (world) => {
      const netns = await openNew(world)
      const held = await lock(netns, 'exclusive')
      assert.equal(await value(netns.tryLock('exclusive')), undefined)
      assert.equal(await value(netns.tryLock('shared')), undefined)
      await held.release()
      const next = await lock(netns, 'exclusive')
      await next.release()
    },
  },
  {
    name: 'any number of shared locks exclude an exclusive one',
    run: async (world) => {
      const netns = await openNew(world)
      const [one, other] = [await lock(netns, 'shared'), await lock(netns, 'shared')]
      await one.release()
      assert.equal(await value(netns.tryLock('exclusive')), undefined)
      await other.release()
      const held = await lock(netns, 'exclusive')
      await held.release()
    },
  },
  {
    name: 'a namespace has one lock, by whatever path, and others have theirs',
    run: async (world) => {
      const [netns, other] = [await openNew(world), await openNew(world)]
      const held = await lock(netns, 'exclusive')
      const same = await value(netns.open(await world.newPathTo(netns.path)))
      assert.equal(await value(same.tryLock('shared')), undefined)
      const apart = await lock(other, 'exclusive')
      await apart.release()
      await held.release()
    },
  },
  {
    name: 'a namespace has further locks by their names, each for itself',
    run: async (world) => {
      const netns = await openNew(world)
      const own = await lock(netns, 'exclusive')
      const [one, other] = [await lock(netns, 'exclusive', 'one'), await lock(netns, 'shared', 'other')]
      const same = await value(netns.open(await world.newPathTo(netns.path)))
      assert.equal(await value(same.tryLock('shared', 'one')), undefined)
      const shared = await lock(same, 'shared', 'other')
      assert.equal(await value(same.tryLock('exclusive', 'other')), undefined)
      for (const held of [one, other, own, shared]) await held.release()
      const next = await lock(same, 'exclusive', 'other')
      await next.release()
    },
  },
]

/** The lock of a namespace's file. */
export const fileLockCases: readonly ConformanceCase[] = [
  {
    name: "a lock on the namespace's file excludes others of it, and tells who holds it",
    run: async (world) => {
      const netns = await openNew(world)
      const same = await value(netns.open(await world.newPathTo(netns.path)))
      const [one, other] = [await fileLock(netns, 'shared'), await fileLock(same, 'shared')]
      // These tests run as root.
      assert.equal(await value(netns.tryFileLock('exclusive')), 'root')
      await one.release()
      assert.equal(await value(netns.tryFileLock('exclusive')), 'root')
      await other.release()
      const alone = await fileLock(same, 'exclusive')
      assert.equal(await value(netns.tryFileLock('shared')), 'root')
      const apart = await lock(netns, 'exclusive')
      await apart.release()
      await alone.release()
    },
  },
]

async function fileLock(netns: Netns, mode: LockMode): Promise<Lock> {
  const held = await value(netns.tryFileLock(mode))
  assert.ok(typeof held === 'object', `the file is locked by ${held}`)
  return held
}

/** A lock that must be free. */
async function lock(netns: Netns, mode: LockMode, name?: string): Promise<Lock> {
  const held = await value(netns.tryLock(mode, name))
  assert.ok(held, `the lock is not free for ${mode} use`)
  return held
}
