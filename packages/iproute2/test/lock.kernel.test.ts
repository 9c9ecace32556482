import { describe, expect, it } from 'vitest'
import { tryFileLock, tryLock } from '../src/lock.ts'
import { world } from './scratch.ts'

describe('a lock', () => {
  it('is that of the namespace, and the thread is back in its own', async () => {
    const { netns } = await world()
    const own = (await netns.tryLock('exclusive'))._unsafeUnwrap()
    expect((await netns.tryLock('shared'))._unsafeUnwrap()).toBeUndefined()
    const { netns: other } = await world()
    const apart = (await other.tryLock('exclusive'))._unsafeUnwrap()
    expect(apart).toBeDefined()
    await own?.release()
    await apart?.release()
    const second = (await netns.tryLock('shared'))._unsafeUnwrap()
    expect(second).toBeDefined()
    await second?.release()
  })

  it('tells why it cannot be taken', () => {
    const nowhere = { childPath: '/nowhere', own: false, id: '4:1' }
    const error = { errno: 'ENOENT', message: 'no such file or directory' }
    expect(tryLock(nowhere, 'shared', undefined)._unsafeUnwrapErr()).toEqual(error)
    expect(tryFileLock(nowhere, 'shared')._unsafeUnwrapErr()).toEqual(error)
  })
})
