import assert from 'node:assert/strict'
import { addBridge, addIfb, type ConformanceCase, errnoOf, linkOf, openNew, perform, refused, value } from './case.ts'

const mac = '02:00:00:00:00:0a'

/** Bridges and their ports. */
export const bridgeCases: readonly ConformanceCase[] = [
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
      // What it has already is no choice.
      await perform(netns, { do: 'set link', name: 'br0', set: { mtu: 1500 } })
      await perform(netns, { do: 'set link', name: 'p1', set: { mtu: 1450, master: 'br0' } })
      assert.equal((await linkOf(netns, 'br0')).mtu, 1450)
      await perform(netns, { do: 'set link', name: 'p1', set: { master: null } })
      await perform(netns, { do: 'set link', name: 'br0', set: { mtu: 9001 } })
      await perform(netns, { do: 'set link', name: 'p1', set: { mtu: 1400, master: 'br0' } })
      assert.equal((await linkOf(netns, 'br0')).mtu, 9001)
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
    name: 'the loopback link is no port',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'))
      await refused(netns, { do: 'set link', name: 'lo', set: { master: 'br0' } }, 'EINVAL')
    },
  },
  {
    name: 'a bridge follows the MAC addresses of its ports, and has none without any',
    run: async (world) => {
      const netns = await openNew(world)
      const pair = { kind: 'veth', name: 'p', mac, master: 'br0', peer: { name: 'q' } } as const
      await perform(netns, addBridge('br0'), { do: 'add link', link: pair })
      assert.equal((await linkOf(netns, 'br0')).mac, mac)
      await perform(netns, { do: 'set link', name: 'p', set: { mac: '02:00:00:00:00:09' } })
      assert.equal((await linkOf(netns, 'br0')).mac, '02:00:00:00:00:09')
      await perform(netns, { do: 'delete link', name: 'q' })
      assert.equal((await linkOf(netns, 'br0')).mac, '00:00:00:00:00:00')
    },
  },
  {
    name: 'a port moves from one bridge to another',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'), addBridge('br1'), addIfb('x', { mtu: 1400 }))
      for (const name of ['br0', 'br1']) {
        await perform(netns, { do: 'set link', name: 'x', set: { master: name } })
        assert.equal((await linkOf(netns, 'x')).master, (await linkOf(netns, name)).index)
        assert.equal((await linkOf(netns, name)).mtu, 1400)
      }
      assert.deepEqual(await value(netns.links({ master: 'br0' })), [])
      assert.equal((await linkOf(netns, 'br0')).mtu, 1500)
    },
  },
]
