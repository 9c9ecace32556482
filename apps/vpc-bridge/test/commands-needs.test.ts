import type { Netns } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { createPluginHost } from './support/plugin-host.ts'
import { config } from './support/runtime.ts'

/** As a runtime gives it where the addresses come by the capability `ips`: only ADD, CHECK and DEL get a `runtimeConfig`. */
const { ipAddresses: _, ...others } = config
const plain = { ...others, cniVersion: '1.1.0', capabilities: { ips: true } }
const withAddress = (address: string) => ({ ...plain, runtimeConfig: { ips: [address] } })

async function addressesRouted(host: Netns): Promise<readonly string[]> {
  const routes = (await host.routes({ family: 'inet' }))._unsafeUnwrap()
  return routes.map(({ destination }) => destination).filter((destination) => destination.endsWith('/32'))
}

test('STATUS, CHECK, GC and DEL need no addresses', async () => {
  const { kernel, succeed } = await createPluginHost(['blue'])
  const before = kernel.state()
  const prevResult = await succeed('ADD', 'blue', withAddress('192.168.1.43/24'))
  await succeed('STATUS', '', plain)
  await succeed('CHECK', 'blue', { ...plain, prevResult })
  const valid = [{ containerID: 'blue', ifname: 'eth0' }]
  const made = kernel.state()
  await succeed('GC', '', { ...plain, 'cni.dev/valid-attachments': valid })
  expect(kernel.state()).toEqual(made)
  await succeed('GC', '', plain)
  expect(kernel.state()).toEqual(made)
  await succeed('DEL', 'blue', plain)
  expect(kernel.state()).toEqual(before)
  await succeed('ADD', 'blue', withAddress('192.168.1.43/24'))
  await succeed('GC', '', { ...plain, 'cni.dev/valid-attachments': null })
  expect(kernel.state()).toEqual(before)
})

test('DEL without addresses finds what a container that is gone has left', async () => {
  const { kernel, host, succeed } = await createPluginHost(['red', 'blue'])
  await succeed('ADD', 'red', withAddress('192.168.1.44/24'))
  await succeed('ADD', 'blue', withAddress('192.168.1.43/24'))
  kernel.removeNetns('/blue')
  expect(await addressesRouted(host)).toContain('192.168.1.43/32')
  await succeed('DEL', 'blue', plain)
  expect(await addressesRouted(host)).toEqual(['192.168.1.44/32'])
})

test('STATUS tells of a bridge that is full', async () => {
  const { host, execute, succeed } = await createPluginHost(['blue'])
  await succeed('ADD', 'blue', withAddress('192.168.1.43/24'))
  // The dummy link and the endpoint are ports as well.
  for (let port = 2; port < 1022; port++)
    (
      await host.change({ do: 'add link', link: { kind: 'dummy', name: `port${port}`, master: 'vpcbr2' } })
    )._unsafeUnwrap()
  await succeed('STATUS', '', plain)
  await host.change({ do: 'add link', link: { kind: 'dummy', name: 'last', master: 'vpcbr2' } })
  const told = { code: 50, msg: expect.stringContaining('vpcbr2 has 1023 ports') }
  expect(JSON.parse((await execute('STATUS', '', plain)).stdout)).toMatchObject(told)
})
