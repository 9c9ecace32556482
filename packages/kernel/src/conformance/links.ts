import assert from 'node:assert/strict'
import { addBridge, addIfb, type ConformanceCase, linkOf, openNew, perform, refused, value } from './case.ts'

const mac = '02:00:00:00:00:0a'

/** Links: look-up, creation, settings, deletion. */
export const linkCases: readonly ConformanceCase[] = [
  {
    name: 'an empty namespace has a loopback link that is down',
    run: async (world) => {
      const netns = await openNew(world)
      const [lo, ...others] = await value(netns.links())
      assert.deepEqual(others, [])
      assert.deepEqual(lo, { index: 1, name: 'lo', altNames: [], mtu: 65536, up: false })
      assert.deepEqual(await value(netns.addresses()), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet' })), [])
      assert.deepEqual(await value(netns.routes({ family: 'inet6' })), [])
      assert.deepEqual(await value(netns.neighbours()), [])
    },
  },
  {
    name: 'a bridge is created with name, MAC address, MTU and state in one operation',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0', { mac, mtu: 9001, up: true }))
      const { index, ...bridge } = await linkOf(netns, 'br0')
      assert.ok(index > 1)
      assert.deepEqual(bridge, { name: 'br0', altNames: [], kind: 'bridge', mac, mtu: 9001, up: true })
    },
  },
  {
    name: 'a link that is not there is undefined, by whatever name',
    run: async (world) => {
      const netns = await openNew(world)
      for (const name of ['nope', 'a name with spaces', 'x'.repeat(200)]) {
        assert.equal(await value(netns.link(name)), undefined, name)
      }
    },
  },
  {
    name: 'settings are changed, several at once, and others stay',
    run: async (world) => {
      const netns = await openNew(world)
      const pair = { kind: 'veth', name: 'port', peer: { name: 'other' } } as const
      await perform(netns, addBridge('br0'), { do: 'add link', link: pair })
      const before = await linkOf(netns, 'port')
      await perform(netns, { do: 'set link', name: 'port', set: { mac, mtu: 1400, alias: 'red = 1, "x"', up: true } })
      assert.deepEqual(await linkOf(netns, 'port'), { ...before, mac, mtu: 1400, alias: 'red = 1, "x"', up: true })
      await perform(netns, { do: 'set link', name: 'port', set: { master: 'br0' } })
      assert.equal((await linkOf(netns, 'port')).master, (await linkOf(netns, 'br0')).index)
      await perform(netns, { do: 'set link', name: 'port', set: { master: null, alias: '', up: false } })
      assert.deepEqual(await linkOf(netns, 'port'), { ...before, mac, mtu: 1400 })
    },
  },
  {
    name: 'an ifb link takes its MAC address only when it is created',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x', { mac }))
      assert.equal((await linkOf(netns, 'x')).mac, mac)
      await refused(netns, { do: 'set link', name: 'x', set: { mac: '02:00:00:00:00:0b' } }, 'EOPNOTSUPP')
    },
  },
  {
    name: 'an alias may have 255 bytes',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'), { do: 'set link', name: 'x', set: { alias: 'a'.repeat(255) } })
      assert.equal((await linkOf(netns, 'x')).alias, 'a'.repeat(255))
      await refused(netns, { do: 'set link', name: 'x', set: { alias: 'a'.repeat(256) } }, ['EINVAL', 'ERANGE'])
    },
  },
  {
    name: 'what is not there cannot be changed: ENODEV',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, { do: 'set link', name: 'nope', set: { up: true } }, 'ENODEV')
      await refused(netns, { do: 'delete link', name: 'nope' }, 'ENODEV')
      await refused(netns, { do: 'add link', link: { kind: 'ifb', name: 'x', master: 'nope' } }, 'ENODEV')
      await perform(netns, addIfb('x'))
      await refused(netns, { do: 'set link', name: 'x', set: { master: 'nope' } }, 'ENODEV')
    },
  },
  {
    name: 'MTUs and MAC addresses that no link can have are refused',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, addBridge('br0', { mtu: 67 }), 'EINVAL')
      await refused(netns, addBridge('br0', { mtu: 65536 }), 'EINVAL')
      await refused(netns, addBridge('br0', { mac: '01:00:5e:00:00:01' }), ['EADDRNOTAVAIL', 'EINVAL'])
      await perform(netns, addBridge('br0'))
      await refused(netns, { do: 'set link', name: 'br0', set: { mtu: 65536 } }, 'EINVAL')
      await refused(netns, { do: 'set link', name: 'br0', set: { mac: '01:00:5e:00:00:01' } }, 'EADDRNOTAVAIL')
    },
  },
  {
    name: 'a driver that the kernel lacks is EOPNOTSUPP, or it works',
    run: async (world) => {
      const netns = await openNew(world)
      const added = await netns.change({ do: 'add link', link: { kind: 'dummy', name: 'd0', mtu: 9001, up: true } })
      if (added.isErr()) assert.equal(added.error.errno, 'EOPNOTSUPP')
      else assert.equal((await linkOf(netns, 'd0')).kind, 'dummy')
    },
  },
  {
    name: 'the loopback link cannot be deleted',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, { do: 'delete link', name: 'lo' }, 'EOPNOTSUPP')
    },
  },
  {
    name: 'what is refused in part is not done at all',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'), addIfb('x', { mtu: 1400 }), addIfb('y'))
      await perform(netns, { do: 'set link', name: 'x', set: { master: 'br0', alias: 'before' } })
      const set = { mtu: 1300, alias: 'after', up: true }
      await refused(netns, { do: 'set link', name: 'x', set: { ...set, master: 'y' } }, 'EOPNOTSUPP')
      await refused(netns, { do: 'set link', name: 'x', set: { ...set, master: 'nope' } }, 'ENODEV')
    },
  },
  {
    name: 'MAC addresses are shown in lower case',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0', { mac: '02:00:00:00:00:AB' }), addBridge('br1'))
      assert.equal((await linkOf(netns, 'br0')).mac, '02:00:00:00:00:ab')
      await perform(netns, { do: 'set link', name: 'br1', set: { mac: '02:00:00:00:00:CD' } })
      assert.equal((await linkOf(netns, 'br1')).mac, '02:00:00:00:00:cd')
    },
  },
]
