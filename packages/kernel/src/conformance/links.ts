import assert from 'node:assert/strict'
import { addBridge, addIfb, type ConformanceCase, errnoOf, linkOf, openNew, perform, refused, value } from './case.ts'

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
    name: 'a link is created as a port of its bridge',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'), {
        do: 'add link',
        link: { kind: 'ifb', name: 'port', master: 'br0', mtu: 9001, mac, up: true },
      })
      const bridge = await linkOf(netns, 'br0')
      const port = await linkOf(netns, 'port')
      assert.equal(port.master, bridge.index)
      assert.deepEqual(await value(netns.links({ master: 'br0' })), [port])
    },
  },
  {
    name: 'ports are listed up to a limit; those of a bridge that is not there are ENODEV',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'))
      for (const name of ['p1', 'p2', 'p3']) {
        await perform(netns, { do: 'add link', link: { kind: 'ifb', name, master: 'br0' } })
      }
      assert.equal((await value(netns.links({ master: 'br0' }))).length, 3)
      assert.equal((await value(netns.links({ master: 'br0', limit: 2 }))).length, 2)
      assert.equal((await value(netns.links({ limit: 1 }))).length, 1)
      // What was left unread does not turn up in the next answer.
      assert.equal((await linkOf(netns, 'p3')).name, 'p3')
      assert.equal(await errnoOf(netns.links({ master: 'nope' })), 'ENODEV')
    },
  },
  {
    name: 'a bridge with a chosen MAC address keeps it, one without takes the lowest of its ports',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('own', { mac: '02:00:00:00:00:ff' }), addBridge('any'))
      await perform(netns, { do: 'add link', link: { kind: 'ifb', name: 'p1', master: 'own', mac } })
      await perform(netns, {
        do: 'add link',
        link: { kind: 'ifb', name: 'p2', master: 'any', mac: '02:00:00:00:00:0b' },
      })
      assert.equal((await linkOf(netns, 'own')).mac, '02:00:00:00:00:ff')
      assert.equal((await linkOf(netns, 'any')).mac, '02:00:00:00:00:0b')
    },
  },
  {
    name: 'a bridge takes the smallest MTU of its ports, or 1500 without any, unless it was set',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0', { mtu: 9001 }))
      await perform(netns, { do: 'add link', link: { kind: 'ifb', name: 'p1', master: 'br0', mtu: 9001 } })
      assert.equal((await linkOf(netns, 'br0')).mtu, 9001)
      await perform(netns, { do: 'add link', link: { kind: 'ifb', name: 'p2', master: 'br0', mtu: 1400 } })
      assert.equal((await linkOf(netns, 'br0')).mtu, 1400)
      await perform(netns, { do: 'delete link', name: 'p2' })
      assert.equal((await linkOf(netns, 'br0')).mtu, 9001)
      await perform(netns, { do: 'set link', name: 'p1', set: { master: null } })
      assert.equal((await linkOf(netns, 'br0')).mtu, 1500)
      await perform(netns, { do: 'set link', name: 'br0', set: { mtu: 9001 } })
      await perform(netns, { do: 'set link', name: 'p1', set: { mtu: 1400, master: 'br0' } })
      assert.equal((await linkOf(netns, 'br0')).mtu, 9001)
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
    name: 'alternative names find a link, and share one name space with the others',
    run: async (world) => {
      const netns = await openNew(world)
      const altName = 'a-name-that-is-too-long-for-a-primary-one'
      await perform(netns, addBridge('br0'), addIfb('x'), { do: 'add altname', name: 'br0', altName })
      assert.deepEqual(await value(netns.link(altName)), await linkOf(netns, 'br0'))
      assert.deepEqual((await linkOf(netns, 'br0')).altNames, [altName])
      await refused(netns, { do: 'add altname', name: 'x', altName }, 'EEXIST')
      await refused(netns, { do: 'add altname', name: 'x', altName: 'br0' }, 'EEXIST')
      await perform(netns, { do: 'add altname', name: 'x', altName: 'short' })
      await refused(netns, addIfb('short'), 'EEXIST')
      await refused(netns, { do: 'add altname', name: 'nope', altName: 'other' }, 'ENODEV')
      await perform(netns, { do: 'delete altname', name: 'br0', altName })
      assert.equal(await value(netns.link(altName)), undefined)
      assert.deepEqual((await linkOf(netns, 'br0')).altNames, [])
    },
  },
  {
    name: 'names are taken once, and must be valid',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'))
      await refused(netns, addIfb('x'), 'EEXIST')
      await refused(netns, addBridge('x'), 'EEXIST')
      for (const name of ['.', '..', 'a/b', 'a:b', 'a b', 'a'.repeat(16)]) {
        await refused(netns, addIfb(name), ['EINVAL', 'ERANGE'])
      }
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
    name: 'only bridges have ports, and no bridge is one',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'), addBridge('br1'), addIfb('x'), addIfb('y'))
      await refused(netns, { do: 'set link', name: 'br1', set: { master: 'br0' } }, 'ELOOP')
      await refused(netns, { do: 'set link', name: 'x', set: { master: 'y' } }, 'EOPNOTSUPP')
      await refused(netns, { do: 'set link', name: 'x', set: { master: 'lo' } }, 'EOPNOTSUPP')
      await refused(netns, { do: 'add link', link: { kind: 'ifb', name: 'z', master: 'x' } }, 'EOPNOTSUPP')
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
    name: 'deleting a bridge frees its ports',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'), { do: 'add link', link: { kind: 'ifb', name: 'x', master: 'br0' } })
      await perform(netns, { do: 'delete link', name: 'br0' })
      assert.equal((await linkOf(netns, 'x')).master, undefined)
      assert.equal(await value(netns.link('br0')), undefined)
    },
  },
  {
    name: 'the loopback link cannot be deleted',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, { do: 'delete link', name: 'lo' }, 'EOPNOTSUPP')
    },
  },
]
