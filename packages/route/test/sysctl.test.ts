import type { KernelError } from '@vpc-bridge/kernel'
import type { Undo } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { type Ipv4Forwarding, ipv4Forwarding, ipv4ForwardingPath, proxyArp, sysctl } from '../src/index.ts'
import { newHost } from './host.ts'

const path = 'net/ipv4/conf/eth0/forwarding'

test('writes a setting, changes nothing when it is right, and puts it back on rollback', async () => {
  const { kernel, host, undos, undo, rollBack } = await newHost()
  const before = kernel.state()
  ;(await sysctl({ path, value: '1' }).apply(host, undo))._unsafeUnwrap()
  expect((await host.sysctl(path))._unsafeUnwrap()).toBe('1')
  ;(await sysctl({ path, value: '1' }).apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(1)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('reverts to what it is told was before, and otherwise to nothing', async () => {
  const { host } = await newHost()
  await ipv4Forwarding({ dev: 'eth0' }).apply(host, () => {})
  expect((await ipv4Forwarding({ dev: 'eth0' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await host.sysctl(ipv4ForwardingPath('eth0')))._unsafeUnwrap()).toBe('1')
  expect((await ipv4Forwarding({ dev: 'eth0', before: '0' }).revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await host.sysctl(ipv4ForwardingPath('eth0')))._unsafeUnwrap()).toBe('0')
  expect((await ipv4Forwarding({ dev: 'eth0', before: '0' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await ipv4Forwarding({ dev: 'nope', before: '0' }).revert(host))._unsafeUnwrap()).toBe('absent')
})

test('forwarding is not switched off where others may rely on it', async () => {
  const { host } = await newHost()
  const step = ipv4Forwarding({ dev: 'eth0', before: '0' })
  const set = (name: string, value: string) =>
    host.change({ do: 'write sysctl', path: ipv4ForwardingPath(name), value }).map(() => undefined)
  for (const name of ['all', 'eth1']) {
    const undos: Undo<KernelError>[] = []
    ;(await step.apply(host, (undo) => undos.push(undo)))._unsafeUnwrap()
    await set(name, '1')
    for (const { run } of undos) expect((await run())._unsafeUnwrap()).toBe('left')
    expect((await step.revert(host))._unsafeUnwrap()).toBe('left')
    expect((await host.sysctl(ipv4ForwardingPath('eth0')))._unsafeUnwrap()).toBe('1')
    await set('all', '0')
    await set(name, '0')
    expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  }
})

test('forwarding is switched off again where only links of its own forward', async () => {
  const { host } = await newHost()
  await host.change({ do: 'write sysctl', path: ipv4ForwardingPath('eth1'), value: '1' })
  const own: Ipv4Forwarding['own'] = (links) => links.filter(({ name }) => name === 'eth1')
  const undos: Undo<KernelError>[] = []
  const step = ipv4Forwarding({ dev: 'eth0', before: '0', own })
  ;(await step.apply(host, (undo) => undos.push(undo)))._unsafeUnwrap()
  for (const { run } of undos) expect((await run())._unsafeUnwrap()).toBe('undone')
  ;(await step.apply(host, () => {}))._unsafeUnwrap()
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await host.sysctl(ipv4ForwardingPath('eth0')))._unsafeUnwrap()).toBe('0')
})

test('proxy ARP answers without delay before it answers at all', async () => {
  const { host } = await newHost()
  const written: string[] = []
  for (const step of proxyArp('eth0')) (await step.apply(host, ({ what }) => written.push(what)))._unsafeUnwrap()
  expect(written).toEqual([
    'write sysctl: sysctl net/ipv4/neigh/eth0/proxy_delay',
    'write sysctl: sysctl net/ipv4/conf/eth0/proxy_arp',
  ])
  expect((await host.sysctl('net/ipv4/neigh/eth0/proxy_delay'))._unsafeUnwrap()).toBe('0')
  expect((await host.sysctl('net/ipv4/conf/eth0/proxy_arp'))._unsafeUnwrap()).toBe('1')
})

test('tells when there is no such setting', async () => {
  const { host, undo } = await newHost()
  const error = (await ipv4Forwarding({ dev: 'nope' }).apply(host, undo))._unsafeUnwrapErr()
  expect(error).toMatchObject({ errno: 'ENOENT', object: 'sysctl net/ipv4/conf/nope/forwarding' })
})
