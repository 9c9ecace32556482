import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileLockHolder, lockSocket } from '../src/index.ts'
import { nodeSyscalls } from '../src/node/syscalls.ts'

const syscalls = nodeSyscalls()

describe('a lock of the network namespace', () => {
  test('is for root alone', () => {
    process.seteuid?.(65534)
    const refused = lockSocket(syscalls, 'shared', 'a test')
    process.seteuid?.(0)
    expect(refused._unsafeUnwrapErr().errno).toBe('EACCES')
  })

  test('has an address of multicast, and a port below 1024', () => {
    const addresses = new Set<string>()
    const bound: Uint8Array[] = []
    const fake = {
      socket: () => 3,
      setsockopt: () => 0,
      close: () => 0,
      bind: (_: number, to: Uint8Array) => bound.push(to),
    }
    for (const name of [undefined, '', 'one', 'other']) lockSocket(fake, 'exclusive', name)._unsafeUnwrap()
    for (const to of bound) {
      expect([...to]).toEqual([
        2,
        0,
        0,
        1,
        239,
        expect.any(Number),
        expect.any(Number),
        expect.any(Number),
        ...Array(8).fill(0),
      ])
      addresses.add(to.subarray(4, 8).join('.'))
    }
    expect(addresses.size).toBe(4)
    expect(addresses).toContain('239.86.80.67')
  })
})

describe('who holds a lock of flock(2)', () => {
  test.each([
    ['root', 'exclusive', [], 'root'],
    ['nobody', 'exclusive', ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], 'user'],
  ] as const)('%s', async (_, mode, become, holder) => {
    const file = await newFile()
    const inode = String((await stat(file)).ino)
    const [program, ...args] = [...become, 'flock', `--${mode}`, '--no-fork', file, 'cat']
    const child = execa(program, args, { stdin: 'pipe' })
    // What comes back has been through cat, which is not run before flock has the lock.
    child.stdin.write('\n')
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(fileLockHolder(syscalls, inode, 'shared')).toBe(holder)
    expect(fileLockHolder(syscalls, inode, 'exclusive')).toBe(holder)
    child.stdin.end()
    await child
    expect(fileLockHolder(syscalls, inode, 'exclusive')).toBe('unknown')
  })

  const status = (real: number, effective: number) => `Name:\tflock\nUid:\t${real}\t${effective}\t0\t0\n`
  test.each([
    ['a process that has ended', '1: FLOCK  ADVISORY  WRITE 77 00:04:4026531840 0 EOF', 'user'],
    ['a setuid program of another user', '1: FLOCK  ADVISORY  WRITE 12 00:04:4026531840 0 EOF', 'user'],
    ['a service of root as another user', '1: FLOCK  ADVISORY  WRITE 13 00:04:4026531840 0 EOF', 'user'],
    [
      'root, beside a user',
      '1: FLOCK  ADVISORY  READ 12 00:04:4026531840 0 EOF\n2: FLOCK ADVISORY READ 1 00:04:4026531840 0 EOF',
      'root',
    ],
    [
      'root, beside a process that has ended',
      '1: FLOCK  ADVISORY  READ 77 00:04:4026531840 0 EOF\n2: FLOCK ADVISORY READ 1 00:04:4026531840 0 EOF',
      'root',
    ],
    [
      'others, of other files and kinds of locks',
      '1: FLOCK  ADVISORY  WRITE 1 00:04:14026531840 0 EOF\n2: POSIX ADVISORY WRITE 1 00:04:4026531840 0 EOF',
      'unknown',
    ],
    [
      'who waits for a user',
      '1: FLOCK  ADVISORY  WRITE 12 00:04:4026531840 0 EOF\n1: -> FLOCK ADVISORY WRITE 1 00:04:4026531840 0 EOF',
      'user',
    ],
  ])('%s', (_, locks, holder) => {
    const files = new Map([
      ['/proc/locks', `${locks}\n`],
      ['/proc/1/status', status(0, 0)],
      ['/proc/12/status', status(1000, 0)],
      ['/proc/13/status', status(0, 1000)],
    ])
    expect(fileLockHolder(reading(files), '4026531840', 'exclusive')).toBe(holder)
  })

  test("a reader is in no reader's way", () => {
    const files = new Map([
      [
        '/proc/locks',
        '1: FLOCK  ADVISORY  READ 1 00:04:4026531840 0 EOF\n2: FLOCK ADVISORY WRITE 12 00:04:4026531840 0 EOF\n',
      ],
      ['/proc/1/status', status(0, 0)],
      ['/proc/12/status', status(1000, 1000)],
    ])
    expect(fileLockHolder(reading(files), '4026531840', 'shared')).toBe('user')
    expect(fileLockHolder(reading(files), '4026531840', 'exclusive')).toBe('root')
  })
})

async function newFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpcb-locks-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = join(directory, 'file')
  await writeFile(file, '', { mode: 0o644 })
  await execa('chmod', ['755', directory])
  return file
}

/** System calls that read these files, a piece at a time. */
function reading(files: ReadonlyMap<string, string>) {
  const open = new Map<number, Uint8Array>()
  return {
    open: (path: string) => {
      const text = files.get(path)
      if (text === undefined) return -2
      open.set(open.size + 3, new TextEncoder().encode(text))
      return open.size + 2
    },
    read: (descriptor: number, buffer: Uint8Array) => {
      const piece = open.get(descriptor)?.subarray(0, Math.min(40, buffer.length)) ?? new Uint8Array()
      buffer.set(piece)
      open.set(descriptor, open.get(descriptor)?.subarray(piece.length) ?? piece)
      return piece.length
    },
    close: () => 0,
  }
}
