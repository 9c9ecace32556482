import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { errnoOf, perform, scratchKernel, world } from './scratch.ts'

const forwarding = 'net/ipv4/conf/lo/forwarding'

describe('settings of another namespace', () => {
  it('are read and written there, and not here', async () => {
    const { name, netns } = await world()
    const here = await readFile(`/proc/sys/${forwarding}`, 'utf8')
    for (const value of ['1', '0']) {
      await perform(netns, { do: 'write sysctl', path: forwarding, value })
      const { stdout } = await execa('ip', ['netns', 'exec', name, 'cat', `/proc/sys/${forwarding}`])
      expect(stdout).toBe(value)
      expect((await netns.sysctl(forwarding))._unsafeUnwrap()).toBe(value)
    }
    expect(await readFile(`/proc/sys/${forwarding}`, 'utf8')).toBe(here)
  })

  it('are not created, and keep their value when the new one is refused', async () => {
    const { netns } = await world()
    const missing = 'net/ipv4/conf/nope/forwarding'
    expect(await errnoOf(netns.sysctl(missing))).toBe('ENOENT')
    expect(await errnoOf(netns.change({ do: 'write sysctl', path: missing, value: '1' }))).toBe('ENOENT')
    expect(await errnoOf(netns.change({ do: 'write sysctl', path: forwarding, value: 'x' }))).toBe('EINVAL')
    expect((await netns.sysctl(forwarding))._unsafeUnwrap()).toBe('0')
  })
})

describe('settings of our own namespace', () => {
  it('are read', async () => {
    const netns = (await scratchKernel().open('/proc/self/ns/net'))._unsafeUnwrap()
    expect(`${(await netns.sysctl(forwarding))._unsafeUnwrap()}\n`).toBe(
      await readFile(`/proc/sys/${forwarding}`, 'utf8'),
    )
    expect(await errnoOf(netns.sysctl('net/ipv4/conf/nope/forwarding'))).toBe('ENOENT')
    const missing = { do: 'write sysctl', path: 'net/ipv4/conf/nope/forwarding', value: '1' } as const
    expect(await errnoOf(netns.change(missing))).toBe('ENOENT')
  })

  it.each(['../../etc/passwd', '/etc/passwd', 'net//ipv4', 'net/./ipv4/ip_forward', ''])('are not %j', async (path) => {
    const netns = (await scratchKernel().open('/proc/self/ns/net'))._unsafeUnwrap()
    expect(await errnoOf(netns.sysctl(path))).toBe('ENOENT')
    expect(await errnoOf(netns.change({ do: 'write sysctl', path, value: '1' }))).toBe('ENOENT')
  })
})
