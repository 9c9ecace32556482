import { expect, test } from 'vitest'
import { forwarding, forwardingPath, proxyArp, sysctl } from '../src/index.ts'
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
  await forwarding({ dev: 'eth0' }).apply(host, () => {})
  expect((await forwarding({ dev: 'eth0' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await host.sysctl(forwardingPath('eth0')))._unsafeUnwrap()).toBe('1')
  expect((await forwarding({ dev: 'eth0', before: '0' }).revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await host.sysctl(forwardingPath('eth0')))._unsafeUnwrap()).toBe('0')
  expect((await forwarding({ dev: 'eth0', before: '0' }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await forwarding({ dev: 'nope', before: '0' }).revert(host))._unsafeUnwrap()).toBe('absent')
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
  const error = (await forwarding({ dev: 'nope' }).apply(host, undo))._unsafeUnwrapErr()
  expect(error).toMatchObject({ errno: 'ENOENT', object: 'sysctl net/ipv4/conf/nope/forwarding' })
})
