import type { Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel, type MemoryKernel } from '@vpc-bridge/kernel/memory'
import type { Place } from '../../src/show/model.ts'
import { attachmentIn } from './attachment.ts'
import { clock } from './clock.ts'
import { type Attachment, add } from './walks.ts'

/** A host in memory with an ENI that is up, and containers to connect. */
export interface MemoryHost {
  readonly kernel: MemoryKernel
  readonly host: Netns
  /** The containers' namespaces. */
  readonly places: Place[]
  /** Makes a container's namespace and connects it; what is left out is as in the experiment. */
  readonly connect: (name: string, settings?: Partial<Attachment>) => Promise<void>
  /** Opens a container's namespace. */
  readonly inside: (name: string) => Promise<Netns>
}

/** @param path of its namespace */
export async function createMemoryHost(kernel = createMemoryKernel(), path = '/host'): Promise<MemoryHost> {
  kernel.addNetns(path)
  kernel.addPhysicalLink(path, { name: 'eth10', mac: '02:00:00:00:00:10', mtu: 9001 })
  const host = (await kernel.open(path))._unsafeUnwrap()
  await host.change({ do: 'set link', name: 'eth10', set: { up: true } })
  await host.change({ do: 'add address', address: { dev: 'eth10', address: '192.168.1.42/24' } })
  const places: Place[] = []
  const inside = async (name: string) => (await kernel.open(`/run/netns/${name}`))._unsafeUnwrap()
  return {
    kernel,
    host,
    places,
    connect: async (name, settings = {}) => {
      const netns = `/run/netns/${name}`
      kernel.addNetns(netns)
      places.push({ path: netns, name })
      const connected = await add(
        host,
        { ...attachmentIn(netns), containerId: name, ifName: 'eth0', ...settings },
        { clock },
      )
      connected._unsafeUnwrap()
    },
    inside,
  }
}
