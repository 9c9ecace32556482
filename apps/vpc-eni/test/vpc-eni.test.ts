import type { MemoryKernel } from '@vpc-bridge/kernel/memory'
import { createTestHost, ipamType, proofs } from '@vpc-bridge/testing'
import { expect, test } from 'vitest'
import { vpcEni } from '../src/vpc-eni.ts'

const containers = ['c1', 'c2', 'c3'] as const
const macOf = (containerId: string) => `02:00:00:00:00:1${containerId.slice(1)}`

/** A host with an ENI for each container, and one of its own, which has the name that they have in containers. */
async function prepare(kernel: MemoryKernel, path: string) {
  kernel.addPhysicalLink(path, { name: 'eth0', mac: '02:00:00:00:00:01' })
  const host = (await kernel.open(path))._unsafeUnwrap()
  for (const [n, containerId] of containers.entries()) {
    const dev = `eth${n + 1}`
    kernel.addPhysicalLink(path, { name: dev, mac: macOf(containerId), mtu: 9001 })
    ;(await host.change({ do: 'set link', name: dev, set: { up: true } }))._unsafeUnwrap()
    const own = { dev, address: `192.168.${n}.42/24`, broadcast: `192.168.${n}.255` }
    ;(await host.change({ do: 'add address', address: own }))._unsafeUnwrap()
  }
}

const byName = (containerId: string) => ({ eniName: `eth${containerId.slice(1)}` })
const byMac = (containerId: string) => ({ eniMACAddress: macOf(containerId).toUpperCase() })
const addresses = {
  eniIPAddresses: ['10.2.0.5/24', 'fd00:2::5/64'],
  gatewayIPAddresses: ['10.2.0.1', 'fe80::1'],
  blockInstanceMetadata: true,
}

test.each(
  proofs(vpcEni, [
    { name: 'By name', configuration: addresses, keysFor: byName, prepare },
    { name: 'By MAC address, down', configuration: { ...addresses, opStateDown: true }, keysFor: byMac, prepare },
    { name: 'With an IPAM plugin', configuration: { ipam: { type: ipamType } }, keysFor: byName, prepare },
  ]),
)('$name', ({ run }) => run())

test.each(['vpc-bridge', 'vpc-branch-eni', 'vpc-eni'])(
  'An ENI that %s has, by a record on the host, is not moved.',
  async (plugin) => {
    const shareWith = async (kernel: MemoryKernel, path: string) => {
      await prepare(kernel, path)
      const host = (await kernel.open(path))._unsafeUnwrap()
      await host.change({ do: 'add link', link: { kind: 'bridge', name: 'other' } })
      const alias = `${plugin} v=1 network=a eni=eth1 mac=${macOf('c1')} up=1 forwarding=0`
      ;(await host.change({ do: 'set link', name: 'other', set: { alias } }))._unsafeUnwrap()
    }
    const host = await createTestHost(vpcEni, {
      name: plugin,
      configuration: addresses,
      keysFor: byName,
      prepare: shareWith,
    })
    const before = host.kernel.state()
    const { exitCode, stdout } = await host.execute('ADD')
    expect([exitCode, JSON.parse(stdout).msg]).toEqual([
      1,
      expect.stringContaining(`the record of other says that ${plugin} has it`),
    ])
    await host.succeed('DEL')
    expect(host.kernel.state()).toEqual(before)
  },
)

test('An ENI that is home because its container died is not moved again before the DEL of that.', async () => {
  const host = await createTestHost(vpcEni, { name: 'Died', configuration: { eniMACAddress: macOf('c1') }, prepare })
  await host.succeed('ADD')
  host.kernel.removeNetns('/c1')
  await host.fail('ADD', { containerId: 'c2' })
  await host.succeed('DEL', { containerId: 'c2' })
  await host.succeed('DEL')
  await host.succeed('ADD', { containerId: 'c2' })
})

test('A DEL without a namespace finds the ENI by the record, unless another container is at that path by then.', async () => {
  const host = await createTestHost(vpcEni, { name: 'Elsewhere', configuration: addresses, keysFor: byName, prepare })
  await host.succeed('ADD')
  host.kernel.removeNetns('/c1')
  host.kernel.addNetns('/c1')
  const other = (await host.kernel.open('/c1'))._unsafeUnwrap()
  await other.change({ do: 'add link', link: { kind: 'dummy', name: 'eth0', up: true } })
  await other.change({ do: 'add address', address: { dev: 'eth0', address: '10.2.0.5/24' } })
  await host.succeed('GC', { keys: { 'cni.dev/valid-attachments': null } })
  expect((await other.addresses('eth0'))._unsafeUnwrap()).toMatchObject([{}, { address: '10.2.0.5/24' }])
  expect((await host.host.link('eth1'))._unsafeUnwrap()).toMatchObject({ mac: macOf('c1'), up: true })
})
