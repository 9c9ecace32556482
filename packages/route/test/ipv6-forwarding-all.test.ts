import { failing, type Netns } from '@vpc-bridge/kernel'
import { errAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { ipv6ForwardingAll, ipv6ForwardingPath } from '../src/index.ts'
import { newHost } from './host.ts'

const everywhere = 'net/ipv6/conf/all/forwarding'
const step = ipv6ForwardingAll()

test('switches all links; an undo leaves the switch on, and puts back what is its own', async () => {
  const { host, undo, rollBack } = await newHost()
  const valueOn = async (name: string) => (await host.sysctl(ipv6ForwardingPath(name)))._unsafeUnwrap()
  ;(await ipv6ForwardingAll({ own: ['eth1'] }).apply(host, undo))._unsafeUnwrap()
  for (const name of ['all', 'eth0', 'eth1']) expect(await valueOn(name)).toBe('1')
  expect(await rollBack()).toEqual(['undone', 'left'])
  for (const name of ['all', 'eth0']) expect(await valueOn(name)).toBe('1')
  expect(await valueOn('eth1')).toBe('0')
})

test('a default route that was learnt from a router stays, and goes on being learnt', async () => {
  const { kernel, host, undo, rollBack } = await newHost()
  const route = { destination: '::/0', gateway: 'fe80::9', dev: 'eth0', onlink: false } as const
  await host.change({ do: 'add route', route: { ...route, scope: 'global', protocol: 'ra', metric: 1024 } })
  const before = kernel.state()
  const failed = await step.apply(failing(host, 2), undo)
  expect(failed._unsafeUnwrapErr()).toMatchObject({ object: `sysctl ${everywhere}` })
  expect(await rollBack()).toEqual(['undone'])
  expect(kernel.state()).toEqual(before)
  ;(await step.apply(host, undo))._unsafeUnwrap()
  // As long as the host forwards, it has to be said.
  expect(await rollBack()).toEqual(['left', 'left'])
  expect((await host.sysctl('net/ipv6/conf/eth0/accept_ra'))._unsafeUnwrap()).toBe('2')
  expect((await host.sysctl('net/ipv6/conf/eth1/accept_ra'))._unsafeUnwrap()).toBe('1')
})

test('advertisements of a link that is excepted are not taken, whatever came by it before', async () => {
  const { host, undo } = await newHost()
  const route = { destination: '::/0', gateway: 'fe80::9', dev: 'eth0', onlink: false } as const
  await host.change({ do: 'add route', route: { ...route, scope: 'global', protocol: 'ra', metric: 1024 } })
  ;(await ipv6ForwardingAll({ except: ['eth0'] }).apply(host, undo))._unsafeUnwrap()
  expect((await host.sysctl('net/ipv6/conf/eth0/accept_ra'))._unsafeUnwrap()).toBe('1')
})

test('a link that has no IPv6, as those with an MTU below 1280, is passed over', async () => {
  const { host, undo } = await newHost()
  const without: Netns = {
    ...host,
    sysctl: (path) =>
      path === ipv6ForwardingPath('eth0')
        ? errAsync({
            kind: 'kernel',
            operation: 'look up',
            object: `sysctl ${path}`,
            netns: host.path,
            errno: 'ENOENT',
            message: 'no such file or directory',
          })
        : host.sysctl(path),
  }
  ;(await step.apply(without, undo))._unsafeUnwrap()
  expect((await host.sysctl(everywhere))._unsafeUnwrap()).toBe('1')
})

test('a revert leaves it on', async () => {
  const { host, undo } = await newHost()
  await step.apply(host, undo)
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await host.sysctl(everywhere))._unsafeUnwrap()).toBe('1')
})
