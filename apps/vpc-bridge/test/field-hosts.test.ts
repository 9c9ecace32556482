import { type KernelError, type Netns, record } from '@vpc-bridge/kernel'
import { errAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { configured } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { config } from './support/runtime.ts'
import { drifts, inetModes, onHost, perform, remove, twoEndpoints } from './support/two-endpoints.ts'
import { add, usableNetwork } from './support/walks.ts'

/* What hosts have, as public reports tell: see docs/field.md. */

test.each(inetModes)('%s: an ENI is known by an alternative name, which it keeps when it is renamed', async (mode) => {
  const { kernel, host, before, eniAt, blue, red } = await twoEndpoints(mode, { connected: 1, altName: 'enp0s5' })
  kernel.renameLink(eniAt, 'eth10', 'ens5')
  ;(await add(host, red, { clock }))._unsafeUnwrap()
  for (const each of [blue, red]) expect(await drifts(host, each)).toEqual([])
  await remove(host, blue, red)
  kernel.renameLink('/host', 'ens5', 'eth10')
  expect(await onHost(host)).toEqual(before)
})

test('an ENI is known by an alternative name that is longer than the name of an interface can be', async () => {
  const altName = 'eni-0fd505464293be38a'
  const { host, before } = await twoEndpoints('L3', { connected: 0, altName })
  const document = { ...config, eniName: altName, eniMACAddress: undefined }
  const endpoint = { containerId: 'blue', ifName: 'eth0', netns: '/blue' }
  const attachment = configured(document, endpoint)
  ;(await add(host, attachment, { clock }))._unsafeUnwrap()
  expect(await drifts(host, attachment)).toEqual([])
  await remove(host, attachment)
  expect(await onHost(host)).toEqual(before)
})

test.each(['L3', 'L2'])('%s: each link is made with its MAC address, which udev leaves then', async (mode) => {
  const { host, blue } = await twoEndpoints(mode, { connected: 0 })
  const { context, operations } = record(host)
  ;(await add(context, blue, { clock }))._unsafeUnwrap()
  const made = operations.flatMap(({ operation }) => (operation.do === 'add link' ? [operation.link] : []))
  const ends = made.flatMap((link) => [link, ...(link.kind === 'veth' ? [link.peer] : [])])
  expect(ends.map(({ name }) => name)).toContain('eth0')
  for (const end of ends) expect(end).toHaveProperty('mac')
})

test.each(['L3', 'L3, TAP', 'L2', 'L2, TAP'])(
  '%s: an ENI that is a port of a bridge of others is refused',
  async (mode) => {
    const { host, blue } = await twoEndpoints(mode, { connected: 0 })
    await perform(host, { do: 'add link', link: { kind: 'bridge', name: 'br-ex' } })
    await perform(host, { do: 'set link', name: 'eth10', set: { master: 'br-ex' } })
    const refused = { kind: 'ENI in use', eni: 'eth10', by: 'br-ex, of which it is a part' }
    expect((await add(host, blue, { clock }))._unsafeUnwrapErr()).toEqual(refused)
    expect((await usableNetwork(host, blue))._unsafeUnwrapErr()).toEqual(refused)
  },
)

test.each(['L2', 'L2, TAP'])('%s: an ENI that others have made a macvlan on is refused', async (mode) => {
  const { kernel, host, site, blue } = await twoEndpoints(mode, { connected: 0 })
  kernel.addPhysicalLink('/host', { name: 'm1', mac: '02:00:00:00:00:31', parent: 'eth10', kind: 'macvlan' })
  const refused = { kind: 'ENI in use', eni: 'eth10', by: 'm1, a macvlan on it' }
  expect((await add(host, blue, { clock }))._unsafeUnwrapErr()).toEqual(refused)
  expect((await usableNetwork(host, blue))._unsafeUnwrapErr()).toEqual(refused)
  kernel.removePhysicalLink('/host', 'm1')
  ;(await add(host, blue, { clock }))._unsafeUnwrap()
  await perform(site, { do: 'set link', name: 'eth10', set: { master: null } })
  kernel.addPhysicalLink('/host', { name: 'm1', mac: '02:00:00:00:00:31', parent: 'eth10', kind: 'macvlan' })
  expect(
    (await add(host, { ...blue, containerId: 'red', addresses: ['192.168.1.44/24'] }, { clock }))._unsafeUnwrapErr(),
  ).toEqual(refused)
})

test('L3: an ENI that others have made a macvlan on is taken', async () => {
  const { kernel, host, blue } = await twoEndpoints('L3', { connected: 0 })
  kernel.addPhysicalLink('/host', { name: 'm1', mac: '02:00:00:00:00:31', parent: 'eth10', kind: 'macvlan' })
  ;(await add(host, blue, { clock }))._unsafeUnwrap()
})

test.each(inetModes)('%s: an ENI whose router is outside of its subnet has its routes again', async (mode) => {
  const { host, blue } = await twoEndpoints(mode, { connected: 0 })
  const to = { dev: 'eth10', onlink: false, protocol: 'dhcp', metric: 100 } as const
  await perform(
    host,
    { do: 'add address', address: { dev: 'eth10', address: '10.128.0.7/32' } },
    { do: 'add route', route: { ...to, destination: '10.128.0.1/32', scope: 'link' } },
    { do: 'add route', route: { ...to, destination: '0.0.0.0/0', gateway: '10.128.0.1', scope: 'global' } },
  )
  const before = await onHost(host)
  ;(await add(host, blue, { clock }))._unsafeUnwrap()
  expect(await drifts(host, blue)).toEqual([])
  await remove(host, blue)
  expect(await onHost(host)).toEqual(before)
})

test.each(inetModes)('%s: a kernel without IPv6 is enough for IPv4', async (mode) => {
  const { host, before, blue } = await twoEndpoints(mode, { connected: 0 })
  const bare = withoutInet6(host)
  ;(await add(bare, blue, { clock }))._unsafeUnwrap()
  expect(await drifts(bare, blue)).toEqual([])
  const inet6 = { ...blue, containerId: 'other', addresses: ['fd00:1::43/64'], bridgeType: 'L3' } as const
  expect((await add(bare, inet6, { clock }))._unsafeUnwrapErr()).toMatchObject({ kind: 'no IPv6' })
  await remove(bare, blue)
  expect(await onHost(host)).toEqual(before)
})

/** A host that was started with `ipv6.disable=1`. */
function withoutInet6(netns: Netns): Netns {
  const isInet6 = (path: string) => path.startsWith('net/ipv6/')
  const missing = (object: string): KernelError => {
    const message = `/proc/sys/${object}: No such file or directory`
    return { kind: 'kernel', operation: 'open', object, netns: netns.path, errno: 'ENOENT', message }
  }
  return {
    ...netns,
    sysctl: (path) => (isInet6(path) ? errAsync(missing(path)) : netns.sysctl(path)),
    change: (operation) =>
      operation.do === 'write sysctl' && isInet6(operation.path)
        ? errAsync(missing(operation.path))
        : netns.change(operation),
    open: (path) => netns.open(path).map(withoutInet6),
  }
}
