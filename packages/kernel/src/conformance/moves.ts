import assert from 'node:assert/strict'
import { addBridge, addIfb, type ConformanceCase, linkOf, openNew, perform, refused, value } from './case.ts'

/** Links that go to another namespace. */
export const moveCases: readonly ConformanceCase[] = [
  {
    name: 'a link that moves is down, without addresses, routes and bridge, and keeps what it is',
    run: async (world) => {
      const [home, away] = [await openNew(world), await openNew(world)]
      await perform(
        home,
        addBridge('br0'),
        addIfb('eth10', { mtu: 9001, up: true }),
        { do: 'set link', name: 'eth10', set: { alias: 'whose it is', master: 'br0' } },
        { do: 'add altname', name: 'eth10', altName: 'eth10-of-the-host' },
        { do: 'add address', address: { dev: 'eth10', address: '192.168.1.42/24', broadcast: '192.168.1.255' } },
      )
      const before = await linkOf(home, 'eth10')
      await perform(home, { do: 'move link', name: 'eth10', netns: away.path })
      assert.equal(await value(home.link('eth10')), undefined)
      assert.deepEqual(await value(home.addresses()), [])
      const { index, master: _, ...kept } = before
      const { index: newIndex, ...after } = await linkOf(away, 'eth10')
      assert.deepEqual(after, { ...kept, up: false })
      assert.equal(newIndex, index)
      assert.deepEqual(await value(away.addresses('eth10')), [])
    },
  },
  {
    name: 'a link that moves gets another index where its own is taken, and the settings of the new namespace',
    run: async (world) => {
      const [home, away] = [await openNew(world), await openNew(world)]
      await perform(home, addIfb('eth10'))
      await perform(home, { do: 'write sysctl', path: 'net/ipv4/conf/eth10/forwarding', value: '1' })
      await perform(away, addIfb('one'))
      await perform(home, { do: 'move link', name: 'eth10', netns: away.path })
      assert.notEqual((await linkOf(away, 'eth10')).index, (await linkOf(away, 'one')).index)
      assert.equal(await value(away.sysctl('net/ipv4/conf/eth10/forwarding')), '0')
    },
  },
  {
    name: 'a link gets another name where it goes, also where its own is taken',
    run: async (world) => {
      const [home, away] = [await openNew(world), await openNew(world)]
      await perform(home, addIfb('eth10', { mtu: 9001, up: true }))
      await perform(home, { do: 'set link', name: 'eth10', set: { alias: 'whose it is' } })
      await perform(home, { do: 'move link', name: 'eth10', netns: away.path, as: 'eth0' })
      assert.equal(await value(home.link('eth10')), undefined)
      assert.equal(await value(away.link('eth10')), undefined)
      const { name, mtu, up, alias } = await linkOf(away, 'eth0')
      assert.deepEqual({ name, mtu, up, alias }, { name: 'eth0', mtu: 9001, up: false, alias: 'whose it is' })
      await perform(home, addIfb('eth0'))
      await perform(away, { do: 'move link', name: 'eth0', netns: home.path, as: 'eth10' })
      assert.equal((await linkOf(home, 'eth10')).alias, 'whose it is')
    },
  },
  {
    name: 'a link does not move to get a name that is taken there, or that none can have',
    run: async (world) => {
      const [home, away] = [await openNew(world), await openNew(world)]
      await perform(home, addIfb('eth10', { mtu: 9001, up: true }))
      await perform(home, { do: 'add address', address: { dev: 'eth10', address: '192.168.1.42/24' } })
      await perform(away, addIfb('eth0'), { do: 'add altname', name: 'eth0', altName: 'another' })
      const move = { do: 'move link', name: 'eth10', netns: away.path } as const
      for (const as of ['eth0', 'another']) await refused(home, { ...move, as }, 'EEXIST')
      for (const as of ['a/b', 'a'.repeat(16), '', 'default']) await refused(home, { ...move, as }, 'EINVAL')
      assert.deepEqual(
        (await value(away.links())).map(({ name }) => name),
        ['lo', 'eth0'],
      )
    },
  },
  {
    name: 'one end of a veth pair can go, and come home',
    run: async (world) => {
      const [home, away] = [await openNew(world), await openNew(world)]
      await perform(home, { do: 'add link', link: { kind: 'veth', name: 'near', peer: { name: 'far' } } })
      await perform(home, { do: 'move link', name: 'near', netns: away.path })
      assert.equal((await linkOf(home, 'far')).peer, (await linkOf(away, 'near')).index)
      await perform(away, { do: 'move link', name: 'near', netns: home.path })
      assert.equal((await linkOf(home, 'far')).peer, (await linkOf(home, 'near')).index)
    },
  },
  {
    name: 'a link does not move to where its name is taken, nor where there is no namespace, nor if it is a bridge',
    run: async (world) => {
      const [home, away] = [await openNew(world), await openNew(world)]
      await perform(home, addIfb('eth10'), addBridge('br0'))
      await perform(away, addIfb('eth10'))
      await refused(home, { do: 'move link', name: 'eth10', netns: away.path }, 'EEXIST')
      await refused(home, { do: 'move link', name: 'eth10', netns: `${away.path}-nope` }, 'ENOENT')
      await refused(home, { do: 'move link', name: 'eth11', netns: away.path }, 'ENODEV')
      await refused(home, { do: 'move link', name: 'br0', netns: away.path }, 'EINVAL')
    },
  },
]
