import { expect, test } from 'vitest'
import { ipvlan, macvlan, macvtap, vlan } from '../src/index.ts'
import { newHost } from './host.ts'

const mac = '02:00:00:00:00:10'
const at = { parent: 'eth1', name: 'eth0', netns: '/blue', alias: 'whose it is' }
const steps = {
  vlan: vlan({ ...at, id: 101, mac: '02:00:00:00:00:11' }),
  macvlan: macvlan({ ...at, mode: 'bridge', mac: '02:00:00:00:00:11' }),
  macvtap: macvtap({ ...at, mode: 'passthru', owner: 1000, group: 1001 }),
  ipvlan: ipvlan({ ...at, mode: 'l2' }),
}

async function newHostWithParent() {
  const made = await newHost()
  made.kernel.addPhysicalLink('/host', { name: 'eth1', mac, mtu: 9001 })
  ;(await made.host.change({ do: 'set link', name: 'eth1', set: { up: true } }))._unsafeUnwrap()
  return made
}

test.each(Object.entries(steps))(
  'A %s is made in its namespace, converged, undone and removed.',
  async (kind, step) => {
    const { kernel, host, container, undo, undos, rollBack } = await newHostWithParent()
    const before = kernel.state()
    ;(await step.apply(host, undo))._unsafeUnwrap()
    const found = (await container.link('eth0'))._unsafeUnwrap()
    expect(found).toMatchObject({ kind, mtu: 9001, up: true, alias: 'whose it is' })
    expect(found?.mac).toBe(kind === 'macvtap' || kind === 'ipvlan' ? mac : '02:00:00:00:00:11')
    const done = undos.length
    ;(await step.apply(host, undo))._unsafeUnwrap()
    expect(undos).toHaveLength(done)
    await container.change({ do: 'set link', name: 'eth0', set: { up: false, alias: '' } })
    ;(await step.apply(host, undo))._unsafeUnwrap()
    expect((await container.link('eth0'))._unsafeUnwrap()).toEqual(found)
    await rollBack()
    expect(kernel.state()).toEqual(before)

    await step.apply(host, () => {})
    expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
    expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
    expect(kernel.state()).toEqual(before)
    kernel.removeNetns('/blue')
    expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  },
)

test.each(Object.entries(steps))(
  'A link of the name that is no such %s is neither used nor removed.',
  async (_, step) => {
    const { kernel, host, container, undo } = await newHostWithParent()
    const other = { kind: 'vlan', name: 'eth0', parent: 'eth1', id: 7, netns: '/blue' } as const
    ;(await host.change({ do: 'add link', link: other }))._unsafeUnwrap()
    const before = kernel.state()
    expect((await step.apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'EEXIST' })
    expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
    expect(kernel.state()).toEqual(before)
    expect((await container.link('eth0'))._unsafeUnwrap()?.vlanId).toBe(7)
  },
)

test('A link of the same kind on another parent is not used.', async () => {
  const { kernel, host, undo } = await newHostWithParent()
  kernel.addPhysicalLink('/host', { name: 'eth2', mac: '02:00:00:00:00:20' })
  const here = { name: 'v', id: 5 }
  ;(await host.change({ do: 'add link', link: { kind: 'vlan', parent: 'eth2', ...here } }))._unsafeUnwrap()
  const refused = (await vlan({ parent: 'eth1', ...here }).apply(host, undo))._unsafeUnwrapErr()
  expect(refused).toMatchObject({ errno: 'EEXIST' })
})
