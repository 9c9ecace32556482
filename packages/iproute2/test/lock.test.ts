import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tryLock } from '../src/lock.ts'

async function newFile() {
  const directory = await mkdtemp(join(tmpdir(), 'vpcb-iproute2-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const childPath = join(directory, 'file')
  await writeFile(childPath, '')
  return { childPath }
}

describe('the lock', () => {
  it('is held until it is released', async () => {
    const file = await newFile()
    const lock = tryLock(file, 'exclusive')._unsafeUnwrap()
    expect(tryLock(file, 'shared')._unsafeUnwrap()).toBeUndefined()
    await lock?.release()
    const second = tryLock(file, 'shared')._unsafeUnwrap()
    expect(second).toBeDefined()
    await second?.release()
  })

  it('tells why it cannot be taken', () => {
    expect(tryLock({ childPath: '/nowhere' }, 'shared')._unsafeUnwrapErr()).toEqual({
      errno: 'ENOENT',
      message: 'no such file or directory',
    })
  })
})
