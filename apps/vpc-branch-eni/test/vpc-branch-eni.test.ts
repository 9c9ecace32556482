import { type Netns, record } from '@vpc-bridge/kernel'
import type { MemoryKernel } from '@vpc-bridge/kernel/memory'
import { hostPath } from '@vpc-bridge/plugin'
import { createTestHost, ipamType, proofs } from '@vpc-bridge/testing'
import { okAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { vpcBranchEni } from '../src/vpc-branch-eni.ts'

const trunk = { trunkName: 'eth1' }

/** A host with a trunk that is down. */
function prepareDown(kernel: MemoryKernel, path: string) {
  kernel.addPhysicalLink(path, { name: 'eth1', mac: '02:00:00:00:00:10', mtu: 9001 })
}

async function prepare(kernel: MemoryKernel, path: string) {
  prepareDown(kernel, path)
  const host = (await kernel.open(path))._unsafeUnwrap()
  ;(await host.change({ do: 'set link', name: 'eth1', set: { up: true } }))._unsafeUnwrap()
}

const branch = (containerId: string) => ({
  branchVlanID: `10${containerId.slice(1)}`,
  branchMACAddress: `02:00:00:00:01:0${containerId.slice(1)}`,
})
const addresses = {
  ipAddresses: ['10.2.0.5/24', 'fd00:2::5/64'],
  gatewayIPAddresses: ['10.2.0.1', 'fe80::1'],
}
const vlan = { ...trunk, ...addresses, blockInstanceMetadata: true }
const machine = { ...trunk, ipAddresses: ['10.2.0.5/24'], uid: 1000, gid: '1001' }

test.each(
  proofs(vpcBranchEni, [
    { name: 'A VLAN', configuration: vlan, keysFor: branch, prepare },
    { name: 'By an IPAM plugin', configuration: { ...trunk, ipam: { type: ipamType } }, keysFor: branch, prepare },
    { name: 'A TAP', configuration: { ...machine, interfaceType: 'tap' }, keysFor: branch, prepare },
    { name: 'A macvtap', configuration: { ...machine, interfaceType: 'macvtap' }, keysFor: branch, prepare },
  ]),
)('$name', ({ run }) => run())

test('A virtual machine, whose frames no route sees, is not said to be kept from the metadata.', async () => {
  const configuration = { ...machine, interfaceType: 'tap', blockInstanceMetadata: true }
  const host = await createTestHost(vpcBranchEni, { name: 'TAP', configuration, keysFor: branch, prepare })
  const before = host.kernel.state()
  const { exitCode, stdout } = await host.execute('ADD')
  expect([exitCode, JSON.parse(stdout).msg]).toEqual([1, expect.stringContaining('blockInstanceMetadata: found true')])
  expect(host.kernel.state()).toEqual(before)
})

test('A trunk that is down is brought up, and stays up, for others rely on it.', async () => {
  const host = await createTestHost(vpcBranchEni, {
    name: 'Down',
    configuration: vlan,
    keysFor: branch,
    prepare: prepareDown,
  })
  const isUp = async () => (await host.host.link('eth1'))._unsafeUnwrap()?.up
  await host.fail('ADD', { keys: { branchMACAddress: 'none' } })
  expect(await isUp()).toBe(false)
  await host.succeed('ADD')
  await host.succeed('DEL')
  expect(await isUp()).toBe(true)
})

test('A trunk that has been renamed since is found by its MAC address, and a branch is removed by its record alone.', async () => {
  const host = await createTestHost(vpcBranchEni, { name: 'Renamed', configuration: vlan, keysFor: branch, prepare })
  const before = (await host.host.links())._unsafeUnwrap().length
  const prevResult = await host.succeed('ADD')
  host.kernel.renameLink('/proc/self/ns/net', 'eth1', 'ens6')
  await host.succeed('CHECK', { keys: { prevResult } })
  await host.succeed('DEL', { keys: { branchVlanID: '7', trunkName: 'nope', interfaceType: 'tap' } })
  expect((await host.host.links())._unsafeUnwrap()).toHaveLength(before)
  const container = (await host.kernel.open('/c1'))._unsafeUnwrap()
  expect(await container.links()).toMatchObject({ value: [{ name: 'lo' }] })
})

test('Values of CNI_ARGS come in the place of those of the configuration.', async () => {
  const host = await createTestHost(vpcBranchEni, {
    name: 'Args',
    configuration: { ...vlan, branchVlanID: 5 },
    prepare,
  })
  const args =
    'BranchVlanID=101;BranchMACAddress=02:00:00:00:01:01;IPAddresses=10.3.0.5/24,fd00:3::5/64;GatewayIPAddresses=10.3.0.1'
  const result = await host.succeed('ADD', { args })
  const container = (await host.kernel.open('/c1'))._unsafeUnwrap()
  expect((await container.link('eth0'))._unsafeUnwrap()).toMatchObject({ vlanId: 101, mac: '02:00:00:00:01:01' })
  expect(result).toMatchObject({
    ips: [{ address: '10.3.0.5/24', gateway: '10.3.0.1' }, { address: 'fd00:3::5/64' }],
    routes: [{ dst: '0.0.0.0/0', gw: '10.3.0.1' }],
  })
})

test('Everything that is wrong with a configuration is told at once.', async () => {
  const configuration = { branchVlanID: 4095, uid: 'root', interfaceType: 'veth', ipAddresses: ['10.2.0.5'] }
  const host = await createTestHost(vpcBranchEni, { name: 'Wrong', configuration, prepare })
  const { msg } = JSON.parse((await host.execute('ADD')).stdout)
  for (const key of ['trunkName', 'branchVlanID', 'branchMACAddress', 'uid', 'interfaceType', 'ipAddresses[0]'])
    expect(msg).toContain(key)
  await host.succeed('DEL')
})

const hostWithIpam = (ipamLacks: readonly string[]) =>
  createTestHost(vpcBranchEni, {
    name: 'IPAM',
    configuration: { ...trunk, ipam: { type: ipamType } },
    keysFor: branch,
    prepare,
    ipamLacks,
  })

test('The IPAM plugin comes after the interface; if it fails, nothing of that is left.', async () => {
  const host = await hostWithIpam(['ADD'])
  const before = host.kernel.state()
  const { context, operations } = record(host.host)
  const kernel = {
    open: (path: string) => (path === hostPath ? okAsync(context) : context.open(path)),
    close: () => {},
  }
  await host.fail('ADD', { kernel })
  const made = operations.flatMap(({ operation }) => (operation.do === 'add link' ? [operation.link.kind] : []))
  expect(made).toEqual(['dummy', 'vlan'])
  expect(withoutNextIndexes(host.kernel.state())).toEqual(withoutNextIndexes(before))
})

test.each([
  { command: 'DEL', ipam: 'an IPAM plugin', ipamLacks: [] },
  { command: 'GC', ipam: 'an IPAM plugin', ipamLacks: [] },
  { command: 'GC', ipam: 'an IPAM plugin without GC', ipamLacks: ['GC'] },
])(
  'An address is given back to $ipam before its interface is removed, at $command.',
  async ({ command, ipamLacks }) => {
    const host = await hostWithIpam(ipamLacks)
    await host.succeed('ADD')
    const reservedAtRemoval: number[] = []
    const watched = (netns: Netns): Netns => ({
      ...netns,
      change: (operation) => {
        if (operation.do === 'delete link') reservedAtRemoval.push(host.ipam.reserved.size)
        return netns.change(operation)
      },
    })
    const kernel = { open: (path: string) => host.kernel.open(path).map(watched), close: () => {} }
    await host.succeed(command, { kernel, keys: { 'cni.dev/valid-attachments': [] } })
    expect(new Set(reservedAtRemoval)).toEqual(new Set([0]))
  },
)

function withoutNextIndexes(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state), (key, value) => (key === 'index' ? undefined : value))
}

test('The ENI that another plugin has moved is no trunk.', async () => {
  const taken = async (kernel: MemoryKernel, path: string) => {
    await prepare(kernel, path)
    const host = (await kernel.open(path))._unsafeUnwrap()
    await host.change({ do: 'add link', link: { kind: 'dummy', name: 'eni0' } })
    const alias = 'vpc-eni v=1 network=a container=c9 interface=eth0 eni=eth1 mac=02:00:00:00:00:10'
    ;(await host.change({ do: 'set link', name: 'eni0', set: { alias } }))._unsafeUnwrap()
  }
  const host = await createTestHost(vpcBranchEni, {
    name: 'Taken',
    configuration: vlan,
    keysFor: branch,
    prepare: taken,
  })
  const { exitCode, stdout } = await host.execute('ADD')
  expect([exitCode, JSON.parse(stdout).msg]).toEqual([1, expect.stringContaining('vpc-eni has it')])
})
