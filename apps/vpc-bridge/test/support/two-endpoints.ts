import type { Netns, Operation } from '@vpc-bridge/kernel'
import { attachmentOf } from './attachment.ts'
import { clock } from './clock.ts'
import { createMemoryHost } from './memory-host.ts'
import { type Attachment, add, checkEndpoint, del } from './walks.ts'

/** Modes of IPv4, each once. */
export const inetModes: readonly string[] = [
  'L3',
  'L3, TAP',
  'L3 in another namespace',
  'L2',
  'L2, TAP',
  'L2 in another namespace',
]

/**
 * A host in memory with a network, its endpoints `blue` and `red`, and `green`, which is still to be connected.
 *
 * @param connected how many of the endpoints exist
 * @param altName alternative name of the ENI, by which the configuration knows it
 */
export async function twoEndpoints(
  mode = 'L3',
  { connected = 2, altName }: { connected?: number; altName?: string } = {},
) {
  const machine = await createMemoryHost()
  const { kernel, host } = machine
  for (const path of ['/blue', '/red', '/green', '/away']) kernel.addNetns(path)
  if (altName !== undefined) await perform(host, { do: 'add altname', name: 'eth10', altName })
  const before = await onHost(host)
  const eniAt = mode.includes('another') ? '/away' : '/host'
  const endpoint = (name: string, address: string): Attachment => ({
    ...attachmentOf(mode, `/${name}`, '/away'),
    ...(altName === undefined ? {} : { eni: { by: 'name', name: altName } }),
    containerId: name,
    ifName: 'eth0',
    addresses: [address],
  })
  const blue = endpoint('blue', '192.168.1.43/24')
  const red = endpoint('red', '192.168.1.44/24')
  const green = endpoint('green', '192.168.1.45/24')
  for (const each of [blue, red].slice(0, connected)) (await add(host, each, { clock }))._unsafeUnwrap()
  return { ...machine, before, eniAt, site: (await kernel.open(eniAt))._unsafeUnwrap(), blue, red, green }
}

export async function perform(netns: Netns, ...operations: readonly Operation[]) {
  for (const operation of operations) (await netns.change(operation))._unsafeUnwrap()
}

/** Executes a DEL of each. */
export async function remove(host: Netns, ...attachments: readonly Attachment[]) {
  for (const each of attachments) (await del(host, each, { clock }))._unsafeUnwrap()
}

/** What is on the host, to compare. */
export async function onHost(host: Netns) {
  const byText = (one: object, other: object) => JSON.stringify(one).localeCompare(JSON.stringify(other))
  const links = (await host.links())._unsafeUnwrap().map(({ name, mac, up, mtu }) => ({ name, mac, up, mtu }))
  const routes = (await host.routes({ family: 'inet', tables: 'all' }))._unsafeUnwrap().toSorted(byText)
  return { links, routes, addresses: (await host.addresses())._unsafeUnwrap().toSorted(byText) }
}

/** What CHECK finds, in words. */
export async function drifts(host: Netns, attachment: Attachment): Promise<readonly string[]> {
  const compared = (await checkEndpoint(host, attachment, () => true))._unsafeUnwrap()
  return compared === 'not connected' ? [compared] : compared.flatMap(({ drift }) => drift.map(({ what }) => what))
}
