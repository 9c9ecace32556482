import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { tryLock } from '../src/lock.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the lock', () => {
  it('is not waited for longer than the limit', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vpcb-iproute2-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const flock = join(directory, 'flock')
    await writeFile(flock, '#!/bin/sh\nexec sleep 1000\n')
    await chmod(flock, 0o755)
    vi.stubEnv('PATH', directory)
    const failure = (await tryLock({ childPath: '/nowhere' }, 'shared', 50))._unsafeUnwrapErr()
    expect(failure.errno).toBe('ETIMEDOUT')
    expect(failure.message).toContain('it took longer than 50 ms')
  })

  it('is held for longer than the limit', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vpcb-iproute2-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const childPath = join(directory, 'file')
    await writeFile(childPath, '')
    const lock = (await tryLock({ childPath }, 'exclusive', 1000))._unsafeUnwrap()
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect((await tryLock({ childPath }, 'shared'))._unsafeUnwrap()).toBeUndefined()
    await lock?.release()
    const second = (await tryLock({ childPath }, 'shared'))._unsafeUnwrap()
    expect(second).toBeDefined()
    await second?.release()
  })
})
