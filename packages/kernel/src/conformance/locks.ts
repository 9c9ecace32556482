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
]

/** A lock that must be free. */
async function lock(netns: Netns, mode: LockMode): Promise<Lock> {
  const held = await value(netns.tryLock(mode))
  assert.ok(held, `the lock is not free for ${mode} use`)
  return held
}
