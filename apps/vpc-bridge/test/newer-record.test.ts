import { hostVethName } from '@vpc-bridge/plugin'
import { expect, test } from 'vitest'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'

const newest = { ...config, cniVersion: '1.1.0' }
const hostVeth = hostVethName({ containerId: 'blue', ifName: 'eth0' })

/** A network with an endpoint, the record of one of whose links a newer version has written. */
async function stage(link: string) {
  const machine = await createPluginHost(['blue', 'red'])
  const prevResult = await machine.succeed('ADD', 'blue', newest)
  const found = (await machine.host.link(link))._unsafeUnwrap()
  const alias = String(found?.alias).replace('v=1', 'v=2')
  ;(await machine.host.change({ do: 'set link', name: link, set: { alias } }))._unsafeUnwrap()
  return { ...machine, prevResult }
}

test.each([
  ['vpcbr2', ['ADD', 'CHECK', 'DEL', 'GC', 'STATUS']],
  [hostVeth, ['ADD', 'CHECK', 'DEL', 'GC']],
] as const)('what a newer version has made is refused clearly: the record of %s', async (link, commands) => {
  const { kernel, execute, prevResult } = await stage(link)
  const before = kernel.state()
  for (const command of commands) {
    const document = { ...newest, prevResult, 'cni.dev/valid-attachments': [] }
    const { exitCode, stdout } = await execute(command, 'blue', document)
    expect(exitCode, command).toBe(1)
    const { code, msg } = JSON.parse(stdout)
    expect(code, command).toBe(command === 'STATUS' ? 50 : 111)
    expect(msg, command).toContain(`${link} carries a record of a newer version`)
    expect(kernel.state(), command).toEqual(before)
  }
})

test('the ENI is left as it is while a newer version may have a network on it', async () => {
  const { host, succeed } = await createPluginHost(['blue', 'red'])
  await succeed('ADD', 'blue', newest)
  await succeed('ADD', 'red', { ...newest, name: 'other', ipAddresses: ['192.168.1.44/24'] })
  const name = 'otherbr2'
  const alias = String((await host.link(name))._unsafeUnwrap()?.alias).replace('v=1', 'v=2')
  ;(await host.change({ do: 'set link', name, set: { alias } }))._unsafeUnwrap()
  await succeed('DEL', 'blue', newest)
  expect((await host.sysctl('net/ipv4/conf/eth10/forwarding'))._unsafeUnwrap()).toBe('1')
})

test('what the first versions have made is taken as it is, by every command', async () => {
  const { kernel, host, succeed } = await createPluginHost(['blue', 'red'])
  const before = kernel.state()
  const prevResult = await succeed('ADD', 'blue', newest)
  for (const name of ['vpcbr2', hostVeth]) {
    const alias = String((await host.link(name))._unsafeUnwrap()?.alias).replace(' v=1', '')
    ;(await host.change({ do: 'set link', name, set: { alias } }))._unsafeUnwrap()
  }
  const old = kernel.state()
  await succeed('CHECK', 'blue', { ...newest, prevResult })
  await succeed('ADD', 'red', { ...newest, ipAddresses: ['192.168.1.44/24'] })
  await succeed('DEL', 'red', { ...newest, ipAddresses: ['192.168.1.44/24'] })
  expect(kernel.state()).toEqual(old)
  await succeed('GC', '', { ...newest, 'cni.dev/valid-attachments': [] })
  expect(kernel.state()).toEqual(before)
})
