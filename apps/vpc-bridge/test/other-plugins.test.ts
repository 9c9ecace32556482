import type { MemoryKernel } from '@vpc-bridge/kernel/memory'
import { createTestHost } from '@vpc-bridge/testing'
import { expect, test } from 'vitest'
import { vpcBridge } from '../src/vpc-bridge.ts'

/*
 * Other plugins of the toolkit on the same ENI.
 */

const mac = '02:00:00:00:00:10'
const configuration = { eniName: 'eth10', ipAddresses: ['192.168.1.43/24'], gatewayIPAddress: '192.168.1.1' }

async function hostWith(plugin: string) {
  const prepare = async (kernel: MemoryKernel, path: string) => {
    kernel.addPhysicalLink(path, { name: 'eth10', mac })
    const host = (await kernel.open(path))._unsafeUnwrap()
    const alias = `${plugin} v=1 network=other container=c9 interface=eth0 eni=eth10 mac=${mac}`
    for (const operation of [
      { do: 'set link', name: 'eth10', set: { up: true } },
      { do: 'add address', address: { dev: 'eth10', address: '192.168.1.42/24' } },
      { do: 'add link', link: { kind: 'dummy', name: 'eni0' } },
      { do: 'set link', name: 'eni0', set: { alias } },
    ] as const)
      (await host.change(operation))._unsafeUnwrap()
  }
  return createTestHost(vpcBridge, { name: plugin, configuration, prepare })
}

test('An ENI that another plugin has for itself, by its record, is not shared.', async () => {
  const host = await hostWith('vpc-eni')
  const before = host.kernel.state()
  const { exitCode, stdout } = await host.execute('ADD')
  expect([exitCode, JSON.parse(stdout).msg]).toEqual([1, expect.stringContaining('vpc-eni, by the record of eni0')])
  expect(host.kernel.state()).toEqual(before)
})

test('An ENI with branches of it in containers is shared.', async () => {
  const host = await hostWith('vpc-branch-eni')
  await host.succeed('ADD')
})
