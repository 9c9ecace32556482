import type { Netns, Operation, Route } from '@vpc-bridge/kernel'
import { attachmentIn } from './attachment.ts'
import { clock } from './clock.ts'
import { createMemoryHost, type MemoryHost } from './memory-host.ts'
import { perform } from './two-endpoints.ts'
import { type Attachment, add } from './walks.ts'

/** Makes a host whose way out is eth0, with the ENI eth10 besides; then come the operations, or else the route of IPv4 by eth0. */
export async function secondEniHost(...operations: readonly Operation[]) {
  const { kernel, host } = await createMemoryHost()
  for (const name of ['blue', 'red', 'green']) kernel.addNetns(`/run/netns/${name}`)
  await addSecondEni({ kernel, host }, '/host', ...operations)
  return { kernel, host }
}

/** Makes eth0 the way out of a host, as above. */
export async function addSecondEni(
  { kernel, host }: Pick<MemoryHost, 'kernel' | 'host'>,
  path: string,
  ...operations: readonly Operation[]
): Promise<void> {
  kernel.addPhysicalLink(path, { name: 'eth0', mac: '02:00:00:00:00:01', mtu: 9001 })
  await perform(
    host,
    { do: 'set link', name: 'eth0', set: { up: true } },
    { do: 'add address', address: { dev: 'eth0', address: '192.168.0.42/24' } },
    ...(operations.length > 0 ? operations : [byEth0]),
  )
}

export function byGateway(destination: string, gateway: string, dev: string, more: Partial<Route> = {}): Operation {
  const metric = destination.includes(':') ? 1024 : 0
  const shared = { onlink: false, scope: 'global', protocol: 'boot', metric } as const
  return { do: 'set route', route: { destination, gateway, dev, ...shared, ...more } }
}

export const byEth0 = byGateway('0.0.0.0/0', '192.168.0.1', 'eth0')

const addresses = { blue: '192.168.1.43/24', red: '192.168.1.44/24', green: '192.168.1.45/24' }

export function endpoint(name: keyof typeof addresses, changes: Partial<Attachment> = {}) {
  return { ...attachmentIn(`/run/netns/${name}`), containerId: name, addresses: [addresses[name]], ...changes }
}

export async function connect(host: Netns, attachment: Attachment) {
  ;(await add(host, attachment, { clock }))._unsafeUnwrap()
}
