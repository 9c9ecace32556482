import { mkdtemp, readdir, readlink, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { errnoOf, perform, scratchKernel, scratchNetns, world } from './scratch.ts'

describe('opening a namespace', () => {
  it('tells the same namespace from others, by whatever path', async () => {
    const { path, kernel, netns } = await world()
    const other = await scratchNetns()
    const again = (await netns.open(`/proc/self/root${path}`))._unsafeUnwrap()
    expect(again.id).toBe(netns.id)
    expect(again.path).toBe(`/proc/self/root${path}`)
    expect((await kernel.open(other.path))._unsafeUnwrap().id).not.toBe(netns.id)
    expect(netns.id).toBe(`net:[${(await stat(path)).ino}]`)
  })

  it('keeps the namespace when its path goes away', async () => {
    const { name, netns } = await world()
    await execa('ip', ['netns', 'delete', name])
    const link = { kind: 'veth', name: 'v0', peer: { name: 'v1' } } as const
    await perform(
      netns,
      { do: 'add link', link },
      { do: 'write sysctl', path: 'net/ipv4/conf/v0/forwarding', value: '1' },
    )
    expect((await netns.links())._unsafeUnwrap().map((each) => each.name)).toEqual(['lo', 'v1', 'v0'])
    expect((await netns.sysctl('net/ipv4/conf/v0/forwarding'))._unsafeUnwrap()).toBe('1')
  })

  it('finds the namespace of another process', async () => {
    const { name, kernel, netns } = await world()
    const sleeper = execa('ip', ['netns', 'exec', name, 'sleep', '1000'], { reject: false })
    onTestFinished(async () => {
      sleeper.kill()
      await sleeper
    })
    // The process is in the namespace once `ip` has become `sleep`.
    await expect.poll(() => readlink(`/proc/${sleeper.pid}/exe`)).toMatch(/sleep|coreutils|busybox/)
    expect((await kernel.open(`/proc/${sleeper.pid}/ns/net`))._unsafeUnwrap().id).toBe(netns.id)
  })

  it('refuses what is no network namespace, leaving no file open', async () => {
    const kernel = scratchKernel()
    const directory = await mkdtemp(join(tmpdir(), 'vpcb-iproute2-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const pipe = join(directory, 'pipe')
    await execa('mkfifo', [pipe])
    const before = await openFiles()
    expect(await errnoOf(kernel.open('/run/netns/vpcb-none'))).toBe('ENOENT')
    expect(await errnoOf(kernel.open(''))).toBe('ENOENT')
    const loop = join(directory, 'loop')
    await symlink(loop, loop)
    expect(await errnoOf(kernel.open(loop))).toBe('ENOENT')
    expect(await errnoOf(kernel.open('a\0b'))).toBe('ENOENT')
    for (const path of ['/etc/passwd', directory, pipe, '/dev/null', '/proc/self/ns/pid']) {
      expect([path, await errnoOf(kernel.open(path))]).toEqual([path, 'EINVAL'])
    }
    const twice = await Promise.all([1, 2].map(() => errnoOf(kernel.open('/proc/self/ns/uts'))))
    expect(twice).toEqual(['EINVAL', 'EINVAL'])
    kernel.close()
    expect(await openFiles()).toBe(before)
  })

  it('holds one file per path of a namespace and one of its own, and none after closing', async () => {
    const before = await openFiles()
    const { path, kernel } = await world()
    for (let i = 0; i < 5; i++) (await kernel.open(path))._unsafeUnwrap()
    expect(await openFiles()).toBe(before + 2)
    kernel.close()
    expect(await openFiles()).toBe(before)
  })
})

describe('what the host lacks', () => {
  it('is named when it is the program ip', async () => {
    const { path } = await scratchNetns()
    // A mount namespace without the file.
    const hide = [
      'mount -t tmpfs none /mnt',
      'mkdir /mnt/upper /mnt/work',
      'mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=/mnt/upper,workdir=/mnt/work /usr/bin',
      'rm /usr/bin/ip',
      'exec "$@"',
    ].join(' && ')
    const { errors } = await tryIn(['unshare', '--mount', 'sh', '-c', hide, 'sh'], path)
    const error = {
      errno: 'ENOPKG',
      message: 'the program ip is not there; install the package iproute2 (Debian: apt-get install iproute2)',
    }
    expect(errors).toMatchObject([error, error])
  })

  it('is EPERM when it is a privilege', async () => {
    const { path } = await scratchNetns()
    const { errors } = await tryIn(['setpriv', '--bounding-set=-all', '--inh-caps=-all'], path)
    expect(errors).toMatchObject([
      { operation: 'set link', errno: 'EPERM' },
      { operation: 'open', errno: 'EPERM' },
    ])
  })
})

/** Number of namespace files that this process has open. */
async function openFiles(): Promise<number> {
  const numbers = await readdir('/proc/self/fd')
  const types = await Promise.all(numbers.map((fd) => stat(`/proc/self/fd/${fd}`).catch(() => undefined)))
  const { dev } = await stat('/proc/self/ns/net')
  return types.filter((each) => each?.dev === dev).length
}

/** The errors of a change of our own namespace that would change nothing, and of one in another, by a process started so. */
async function tryIn(prefix: readonly string[], path: string): Promise<{ readonly errors: unknown }> {
  const script = `
    const { createIproute2Kernel } = await import(${JSON.stringify(import.meta.resolve('../src/kernel.ts'))})
    const { nodeRuntime } = await import('@vpc-bridge/runtime/node')
    const { nodeSyscalls } = await import('@vpc-bridge/runtime/node-syscalls')
    const operation = { do: 'set link', name: 'lo', set: { up: true } }
    const kernel = createIproute2Kernel(nodeRuntime(), nodeSyscalls())
    const errors = []
    for (const path of ['/proc/self/ns/net', process.argv[1]]) {
      const result = await kernel.open(path).andThen((netns) => netns.change(operation))
      errors.push(result.isErr() ? result.error : 'no error')
    }
    console.log(JSON.stringify({ errors }))`
  const [program = '', ...args] = prefix
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const node = [process.execPath, '--conditions=@vpc-bridge/source', '--input-type=module']
  const { stdout } = await execa(program, [...args, ...node, '-e', script, path], { cwd })
  return JSON.parse(stdout)
}
