import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createIproute2Kernel } from '../src/kernel.ts'
import { scratchNetns, world } from './scratch.ts'

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

  it.each([
    ['the namespace cannot be entered', 'setns', -1, 'EPERM'],
    ['the socket cannot be bound', 'bind', -13, 'EACCES'],
  ] as const)('is an error when %s', async (_, call, returned, errno) => {
    const { path } = await scratchNetns()
    let isRefused = false
    const syscalls = nodeSyscalls()
    const refusing = {
      ...syscalls,
      [call]: (...args: [number, never]) => (isRefused ? returned : syscalls[call](...args)),
    }
    const kernel = createIproute2Kernel(nodeRuntime(), refusing)
    onTestFinished(() => kernel.close())
    const netns = (await kernel.open(path))._unsafeUnwrap()
    isRefused = true
    expect((await netns.tryLock('shared'))._unsafeUnwrapErr()).toMatchObject({
      operation: 'lock',
      object: 'shared lock',
      netns: path,
      errno,
    })
  })

  it('on the file of the namespace is an error when the kernel refuses it', async () => {
    const { path } = await scratchNetns()
    const kernel = createIproute2Kernel(nodeRuntime(), { ...nodeSyscalls(), flock: () => -5 })
    onTestFinished(() => kernel.close())
    const netns = (await kernel.open(path))._unsafeUnwrap()
    expect((await netns.tryFileLock('shared'))._unsafeUnwrapErr()).toMatchObject({ operation: 'lock', errno: 'EIO' })
  })
})
