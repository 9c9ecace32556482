import assert from 'node:assert/strict'
import type { Netns } from '../netns.ts'
import type { NewUpper } from '../new-link.ts'
import {
  addIfb,
  type ConformanceCase,
  type ConformanceWorld,
  linkOf,
  openNew,
  perform,
  refused,
  value,
} from './case.ts'

const mac = '02:00:00:00:00:0a'

/** A namespace with an Ethernet link that is up; `undefined` if the kernel lacks a driver, which it says by EOPNOTSUPP. */
async function openWith(world: ConformanceWorld, kind: NewUpper['kind']): Promise<Netns | undefined> {
  const netns = await openNew(world)
  await perform(
    netns,
    { do: 'add link', link: { kind: 'veth', name: 'eth10', mac, mtu: 9001, peer: { name: 'vpc', mtu: 9001 } } },
    { do: 'set link', name: 'eth10', set: { up: true } },
    { do: 'set link', name: 'vpc', set: { up: true } },
  )
  const tried = await netns.change({ do: 'add link', link: newUpper(kind, 'tried') })
  if (tried.isErr()) {
    assert.equal(tried.error.errno, 'EOPNOTSUPP')
    return undefined
  }
  await perform(netns, { do: 'delete link', name: 'tried' })
  return netns
}

function newUpper(kind: NewUpper['kind'], name: string): NewUpper {
  const base = { name, parent: 'eth10' } as const
  if (kind === 'vlan') return { kind, ...base, id: 101 }
  return kind === 'ipvlan' ? { kind, ...base, mode: 'l3' } : { kind, ...base, mode: 'bridge' }
}

const kinds = ['vlan', 'macvlan', 'macvtap', 'ipvlan'] as const

/** Links on top of others. Of kinds that the kernel has no driver for nothing is asked. */
export const upperLinkCases: readonly ConformanceCase[] = [
  ...kinds.flatMap((kind): readonly ConformanceCase[] => [
    {
      name: `a ${kind} is read as it was created, and goes with its parent`,
      run: async (world) => {
        const netns = await openWith(world, kind)
        if (netns === undefined) return
        const parent = await linkOf(netns, 'eth10')
        await perform(netns, { do: 'add link', link: { ...newUpper(kind, 'upper'), mtu: 1400, up: true } })
        const { index: _, mac: found, ...link } = await linkOf(netns, 'upper')
        const details = kind === 'vlan' ? { vlanId: 101 } : { mode: kind === 'ipvlan' ? 'l3' : 'bridge' }
        const expected = { name: 'upper', altNames: [], kind, mtu: 1400, up: true, parent: parent.index, ...details }
        assert.deepEqual(link, expected)
        assert.equal(found === mac, kind === 'vlan' || kind === 'ipvlan')
        await perform(netns, { do: 'delete link', name: 'eth10' })
        assert.equal(await value(netns.link('upper')), undefined)
      },
    },
    {
      name: `a ${kind} is created in another namespace, and goes with its parent there, too`,
      run: async (world) => {
        const netns = await openWith(world, kind)
        const far = await openNew(world)
        if (netns === undefined) return
        await perform(far, addIfb('one'))
        const link = { ...newUpper(kind, 'eth0'), netns: far.path, up: true }
        await perform(netns, { do: 'add link', link })
        assert.equal(await value(netns.link('eth0')), undefined)
        const { kind: found, up, mtu, parent } = await linkOf(far, 'eth0')
        assert.deepEqual({ found, up, mtu, parent }, { found: kind, up: true, mtu: 9001, parent: undefined })
        await refused(netns, { do: 'add link', link }, 'EEXIST')
        await refused(netns, { do: 'add link', link: { ...link, name: 'other', netns: `${far.path}-nope` } }, 'ENOENT')
        await refused(netns, { do: 'add link', link: { ...link, name: 'other', parent: 'nope' } }, 'ENODEV')
        await perform(netns, { do: 'delete link', name: 'eth10' })
        assert.equal(await value(far.link('eth0')), undefined)
      },
    },
  ]),
  {
    name: 'a macvlan of mode passthru has the MAC address of its parent, and no other beside it',
    run: async (world) => {
      const netns = await openWith(world, 'macvlan')
      if (netns === undefined) return
      const link = { kind: 'macvlan', name: 'one', parent: 'eth10', mode: 'passthru' } as const
      await perform(netns, { do: 'add link', link })
      assert.equal((await linkOf(netns, 'one')).mac, mac)
      await refused(netns, { do: 'add link', link: { ...link, name: 'other' } }, 'EINVAL')
      await refused(netns, { do: 'add link', link: { ...link, name: 'other', mode: 'bridge' } }, 'EINVAL')
    },
  },
  {
    name: 'a macvtap has an index that is made of its MAC address',
    run: async (world) => {
      const netns = await openWith(world, 'macvtap')
      if (netns === undefined) return
      const base = { kind: 'macvtap', parent: 'eth10' } as const
      await perform(netns, { do: 'add link', link: { ...base, name: 'one', mode: 'bridge', mac: '02:00:40:00:00:0b' } })
      assert.equal((await linkOf(netns, 'one')).index, 2 * 2 ** 24 + 11)
      await perform(netns, { do: 'delete link', name: 'one' })
      await perform(netns, { do: 'add link', link: { ...base, name: 'two', mode: 'passthru' } })
      assert.equal((await linkOf(netns, 'two')).index, 2 ** 24 + 10)
    },
  },
  {
    name: 'a macvtap with an owner is there, or nothing is',
    run: async (world) => {
      const netns = await openWith(world, 'macvtap')
      if (netns === undefined) return
      const link = { kind: 'macvtap', name: 'tap0', parent: 'eth10', mode: 'bridge', owner: 1000, group: 1001 } as const
      const added = await netns.change({ do: 'add link', link: { ...link, mac: '02:00:41:00:00:0c' } })
      // Not every machine makes device files.
      if (added.isErr()) assert.equal(added.error.errno, 'ENOENT')
      assert.equal((await value(netns.link('tap0'))) === undefined, added.isErr())
    },
  },
  {
    name: 'a parent has one VLAN of each number, in whatever namespace, up only if it is up, and no larger than it',
    run: async (world) => {
      const netns = await openWith(world, 'vlan')
      if (netns === undefined) return
      const far = await openNew(world)
      const link = { kind: 'vlan', name: 'eth10.101', parent: 'eth10', id: 101 } as const
      await perform(netns, { do: 'add link', link: { ...link, mac: '02:00:00:00:00:0b', up: true } })
      assert.equal((await linkOf(netns, 'eth10.101')).mac, '02:00:00:00:00:0b')
      await refused(netns, { do: 'add link', link: { ...link, name: 'other' } }, 'EEXIST')
      await refused(netns, { do: 'add link', link: { ...link, name: 'other', netns: far.path } }, 'EEXIST')
      for (const id of [-1, 4095, 70_000])
        await refused(netns, { do: 'add link', link: { ...link, name: 'other', id } }, ['ERANGE', 'EINVAL'])
      await refused(netns, { do: 'add link', link: { ...link, name: 'other', id: 7, mtu: 9002 } }, ['EINVAL', 'ERANGE'])
      await refused(netns, { do: 'set link', name: 'eth10.101', set: { mtu: 9002 } }, ['EINVAL', 'ERANGE'])
      await perform(netns, { do: 'set link', name: 'eth10', set: { up: false } })
      assert.equal((await linkOf(netns, 'eth10.101')).up, false)
      await refused(netns, { do: 'set link', name: 'eth10.101', set: { up: true } }, 'ENETDOWN')
      await perform(netns, { do: 'set link', name: 'eth10', set: { up: true, mtu: 1500 } })
      const { up, mtu } = await linkOf(netns, 'eth10.101')
      assert.deepEqual({ up, mtu }, { up: true, mtu: 1500 })
    },
  },
  {
    name: 'links on top of others are not on top of the loopback link',
    run: async (world) => {
      const netns = await openWith(world, 'macvlan')
      if (netns === undefined) return
      const link = { kind: 'macvlan', name: 'upper', parent: 'lo', mode: 'bridge' } as const
      await refused(netns, { do: 'add link', link }, 'EINVAL')
    },
  },
]
