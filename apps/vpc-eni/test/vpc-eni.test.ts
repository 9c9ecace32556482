import type { MemoryKernel } from '@vpc-bridge/kernel/memory'
import { ipamType, proofs } from '@vpc-bridge/testing'
import { test } from 'vitest'
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
