import type { Netns } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { attachmentOf, modes } from './support/attachment.ts'
import { clock } from './support/clock.ts'
import { createMemoryHost, type MemoryHost } from './support/memory-host.ts'
import { comparableState } from './support/states.ts'
import { perform } from './support/two-endpoints.ts'
import { type Attachment, add, checkEndpoint, del, usableNetwork } from './support/walks.ts'

/* What happens to a host while containers run; see change-before-command.system.test.ts for all of it. */

const mac = '02:00:00:00:00:10'

/** A host, and where its ENI is by now. */
interface Machine extends MemoryHost {
  readonly eniAt: string
  readonly site: Netns
}

const changes: Readonly<Record<string, (machine: Machine) => unknown>> = {
  nothing: () => {},
  'its ENI is renamed': ({ kernel, eniAt }) => kernel.renameLink(eniAt, 'eth10', 'ens6'),
  'its ENI is switched off': ({ site }) => perform(site, { do: 'set link', name: 'eth10', set: { up: false } }),
  'a VLAN is made on its ENI': makeVlan,
  'its ENI is renamed, below a VLAN of a shorter name': (machine) => {
    makeVlan(machine)
    machine.kernel.renameLink(machine.eniAt, 'eth10', 'ens6')
  },
}

function makeVlan({ kernel, eniAt }: Machine): void {
  kernel.addPhysicalLink(eniAt, { name: 'v5', mac, mtu: 1500, parent: 'eth10' })
}

async function machineIn(mode: string): Promise<Machine> {
  const made = await createMemoryHost()
  for (const path of ['/blue', '/red', '/green', '/away']) made.kernel.addNetns(path)
  const eniAt = mode.includes('another') ? '/away' : '/host'
  return { ...made, eniAt, site: (await made.kernel.open(eniAt))._unsafeUnwrap() }
}

/** Three endpoints of one network, which the configuration knows by the name of the ENI, or by its MAC address. */
function endpointsOf(mode: string, by: 'name' | 'MAC address'): readonly [Attachment, Attachment, Attachment] {
  const blue = attachmentOf(mode, '/blue', '/away')
  const eni = by === 'name' ? ({ by, name: 'eth10' } as const) : ({ by: 'mac', mac } as const)
  const other = (name: string, address: string): Attachment => {
    const inet6 = blue.addresses.slice(1).map((each) => each.replace('43/', `${address.slice(-5, -3)}/`))
    return { ...blue, eni, netns: `/${name}`, containerId: name, addresses: [address, ...inet6] }
  }
  return [{ ...blue, eni }, other('red', '192.168.1.44/24'), other('green', '192.168.1.45/24')]
}

async function stage(mode: string, change: string, by: 'name' | 'MAC address') {
  const machine = await machineIn(mode)
  const [blue, red, green] = endpointsOf(mode, by)
  for (const each of [blue, red]) (await add(machine.host, each, { clock }))._unsafeUnwrap()
  await changes[change]?.(machine)
  return { ...machine, blue, red, green }
}

/** The state of a host, to compare: IPv6 stays on for the host. */
function stateOf(machine: Pick<MemoryHost, 'kernel'>): unknown {
  return comparableState(machine, /^net\/ipv6\/conf\/.*\/forwarding$/)
}

test.each(modes.filter((mode) => !mode.includes('another')))(
  '%s: an ENI that is renamed below a VLAN of a shorter name is not taken for that',
  async (mode) => {
    const { host, blue, red, green } = await stage(mode, 'its ENI is renamed, below a VLAN of a shorter name', 'name')
    expect((await usableNetwork(host, green))._unsafeUnwrap().eni).toMatchObject({ mac, name: 'ens6' })
    ;(await add(host, green, { clock }))._unsafeUnwrap()
    for (const each of [blue, red, green]) {
      const compared = (await checkEndpoint(host, each, () => true))._unsafeUnwrap()
      expect(compared === 'not connected' ? compared : compared.flatMap(({ drift }) => drift)).toEqual([])
    }
  },
)

test.each(modes)('%s: another interface that has got the name of the ENI is not taken for it', async (mode) => {
  const { kernel, host, eniAt, blue, red, green } = await stage(mode, 'its ENI is renamed', 'name')
  kernel.addPhysicalLink(eniAt, { name: 'eth10', mac: '02:00:00:00:00:99', mtu: 9001 })
  const before = kernel.state()
  const refused = { kind: 'other ENI', network: 'vpc', found: 'eth10', eni: 'ens6', mac }
  expect((await add(host, green, { clock }))._unsafeUnwrapErr()).toEqual(refused)
  expect((await usableNetwork(host, green))._unsafeUnwrapErr()).toEqual(refused)
  expect(kernel.state()).toEqual(before)
  const renamed = { ...green, eni: { by: 'name', name: 'ens6' } } as const
  ;(await add(host, renamed, { clock }))._unsafeUnwrap()
  // Whatever the configuration says by now.
  for (const each of [blue, red, green]) (await del(host, each, { clock }))._unsafeUnwrap()
  const machine = await machineIn(mode.replace(' in another namespace', ''))
  machine.kernel.renameLink('/host', 'eth10', 'ens6')
  machine.kernel.addPhysicalLink(eniAt, { name: 'eth10', mac: '02:00:00:00:00:99', mtu: 9001 })
  expect(stateOf({ kernel })).toEqual(stateOf(machine))
})

test.each([
  ['L3', 'nothing'],
  ['L2', 'nothing'],
  // Which keeps the former MAC address.
  ['L3', 'a VLAN is made on its ENI'],
  ['L2', 'a VLAN is made on its ENI'],
])('%s, %s: an ENI whose MAC address was changed is known by its name and index', async (mode, change) => {
  const { kernel, host, blue, red, green } = await stage(mode, change, 'name')
  await perform(host, { do: 'set link', name: 'eth10', set: { mac: '02:00:00:00:00:99' } })
  const byNew = { ...green, eni: { by: 'mac', mac: '02:00:00:00:00:99' } } as const
  const byOld = { ...green, eni: { by: 'mac', mac } } as const
  // Twice: the first ADD must not make the network forget by what the second one looks for it.
  for (const known of [byOld, byOld, green, byNew, byOld]) {
    ;(await add(host, known, { clock }))._unsafeUnwrap()
    for (const each of [blue, red, green, known]) {
      const compared = (await checkEndpoint(host, each, () => true))._unsafeUnwrap()
      expect(compared === 'not connected' ? compared : compared.flatMap(({ drift }) => drift)).toEqual([])
    }
    ;(await del(host, known, { clock }))._unsafeUnwrap()
  }
  for (const each of [blue, red]) (await del(host, each, { clock }))._unsafeUnwrap()
  const machine = await machineIn(mode)
  await changes[change]?.(machine)
  await perform(machine.host, { do: 'set link', name: 'eth10', set: { mac: '02:00:00:00:00:99' } })
  expect(stateOf({ kernel })).toEqual(stateOf(machine))
})

test('a second network goes on an interface that has got the name of the ENI of the first', async () => {
  const { kernel, host, blue, red, green } = await stage('L3', 'its ENI is renamed', 'MAC address')
  const second = '02:00:00:00:00:99'
  kernel.addPhysicalLink('/host', { name: 'eth10', mac: second, mtu: 9001 })
  const other = { ...green, eni: { by: 'mac', mac: second } } as const
  for (let n = 0; n < 2; n++) {
    ;(await add(host, other, { clock }))._unsafeUnwrap()
    const links = (await host.links())._unsafeUnwrap().filter(({ kind }) => kind === 'bridge' || kind === 'dummy')
    expect(links.map(({ name }) => name)).toEqual([
      'vpcbr2',
      'vpcbreth10dummy',
      expect.stringMatching(/^vpcbr\d+$/),
      expect.stringMatching(/^vpcbr\d+dummy$/),
    ])
    ;(await del(host, other, { clock }))._unsafeUnwrap()
  }
  for (const each of [blue, red]) (await del(host, each, { clock }))._unsafeUnwrap()
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'ens6', 'eth10'])
})

const edits: Readonly<Record<string, (attachment: Attachment) => Attachment>> = {
  'the other mode': (each) => ({ ...each, bridgeType: each.bridgeType === 'L2' ? 'L3' : 'L2' }),
  'another ENI': (each) => ({ ...each, eni: { by: 'name', name: 'eth11' } }),
  'an ENI that is missing': (each) => ({ ...each, eni: { by: 'name', name: 'eth12' } }),
  'an address of another endpoint': (each) => ({ ...each, addresses: ['192.168.1.44/24'] }),
  'another MAC address': (each) => ({ ...each, mac: '02:00:00:00:00:98' }),
  'another kind of interface': (each) => ({
    ...each,
    interfaceType: each.interfaceType.type === 'tap' ? { type: 'veth' } : { type: 'tap', userId: 0 },
  }),
}

test.each(modes.flatMap((mode) => Object.keys(edits).map((edit) => [mode, edit] as const)))(
  '%s: an endpoint is removed as it was made, when the configuration says by now: %s',
  async (mode, edit) => {
    const machine = await machineIn(mode)
    machine.kernel.addPhysicalLink('/host', { name: 'eth11', mac: '02:00:00:00:00:11', mtu: 9001 })
    const empty = stateOf(machine)
    const [blue, red] = endpointsOf(mode, 'name')
    ;(await add(machine.host, red, { clock }))._unsafeUnwrap()
    const before = stateOf(machine)
    ;(await add(machine.host, blue, { clock }))._unsafeUnwrap()
    const edited = (each: Attachment) => edits[edit]?.(each) ?? each
    ;(await del(machine.host, edited(blue), { clock }))._unsafeUnwrap()
    expect(stateOf(machine)).toEqual(before)
    ;(await del(machine.host, edited(red), { clock }))._unsafeUnwrap()
    expect(stateOf(machine)).toEqual(empty)
  },
)

test('the dummy link of a bridge that somebody has deleted goes, whatever the configuration says by now', async () => {
  const { host, site, blue, red } = await stage('L3', 'nothing', 'name')
  await perform(site, { do: 'delete link', name: 'vpcbr2' })
  for (const each of [blue, red]) (await del(host, { ...each, bridgeType: 'L2' }, { clock }))._unsafeUnwrap()
  expect((await host.links())._unsafeUnwrap().map(({ name }) => name)).toEqual(['lo', 'eth10'])
})

const needs: Readonly<Record<string, (machine: Machine) => Promise<void>>> = {
  'a VLAN': async ({ kernel }) => kernel.addPhysicalLink('/host', { name: 'v5', mac, parent: 'eth10' }),
  'an address': ({ host }) => perform(host, { do: 'add address', address: { dev: 'eth10', address: '10.0.0.1/24' } }),
  'a route': ({ host }) => {
    const to = { destination: '10.0.0.0/24', onlink: false, scope: 'link', protocol: 'boot', metric: 0 } as const
    return perform(host, { do: 'add route', route: { ...to, dev: 'eth10' } })
  },
  'a bridge of others': async ({ host }) => {
    await perform(host, { do: 'add link', link: { kind: 'bridge', name: 'br0' } })
    await perform(host, { do: 'set link', name: 'eth10', set: { master: 'br0' } })
  },
}

test.each(Object.keys(needs))('an ENI that was down stays up when others have come to need it: %s', async (need) => {
  const machine = await machineIn('L3')
  const { host } = machine
  const [blue] = endpointsOf('L3', 'name')
  await perform(host, { do: 'delete address', address: { dev: 'eth10', address: '192.168.1.42/24' } })
  await perform(host, { do: 'set link', name: 'eth10', set: { up: false } })
  for (const isNeeded of [false, true]) {
    ;(await add(host, blue, { clock }))._unsafeUnwrap()
    if (isNeeded) await needs[need]?.(machine)
    ;(await del(host, blue, { clock }))._unsafeUnwrap()
    expect((await host.link('eth10'))._unsafeUnwrap()?.up).toBe(isNeeded)
  }
})

test('forwarding that somebody has switched off is not switched on by a DEL', async () => {
  const { host } = await machineIn('L3')
  const [blue] = endpointsOf('L3', 'name')
  const path = 'net/ipv4/conf/eth10/forwarding'
  await perform(host, { do: 'write sysctl', path, value: '1' })
  ;(await add(host, blue, { clock }))._unsafeUnwrap()
  await perform(host, { do: 'write sysctl', path, value: '0' })
  ;(await del(host, blue, { clock }))._unsafeUnwrap()
  expect((await host.sysctl(path))._unsafeUnwrap()).toBe('0')
})

test('an ENI that somebody has switched off is not switched on by a DEL', async () => {
  const { host, blue, red } = await stage('L3', 'its ENI is switched off', 'name')
  for (const each of [blue, red]) (await del(host, each, { clock }))._unsafeUnwrap()
  expect((await host.link('eth10'))._unsafeUnwrap()?.up).toBe(false)
})
