import assert from 'node:assert/strict'
import type { Operation } from '../operation.ts'
import { addBridge, addIfb, type ConformanceCase, linkOf, openNew, perform, refused, value } from './case.ts'

const addTap: Operation = { do: 'add link', link: { kind: 'tap', name: 'tap0', owner: 1000 } }

/** TAP interfaces. */
export const tapCases: readonly ConformanceCase[] = [
  {
    name: 'a TAP interface is there, down, until it is deleted',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addTap)
      const { kind, up, mtu, mac } = await linkOf(netns, 'tap0')
      assert.deepEqual({ kind, up, mtu }, { kind: 'tun', up: false, mtu: 1500 })
      assert.match(mac ?? '', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
      await perform(netns, { do: 'delete link', name: 'tap0' })
      assert.equal(await value(netns.link('tap0')), undefined)
    },
  },
  {
    name: 'a TAP interface gets what other links get, and is a port of a bridge',
    run: async (world) => {
      const netns = await openNew(world)
      const set = { mac: '02:00:00:00:00:03', mtu: 9001, master: 'br0', alias: 'whose it is', up: true }
      await perform(netns, addBridge('br0'), addTap, { do: 'set link', name: 'tap0', set })
      const { index } = await linkOf(netns, 'br0')
      const { mac, mtu, master, alias, up } = await linkOf(netns, 'tap0')
      assert.deepEqual({ mac, mtu, master, alias, up }, { ...set, master: index })
    },
  },
  {
    name: 'a TAP interface of a name that is taken, or that none can have, is refused',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addTap)
      await refused(netns, addTap, 'EEXIST')
      await perform(netns, addIfb('other'))
      await refused(netns, { do: 'add link', link: { kind: 'tap', name: 'other', owner: 0 } }, 'EEXIST')
      await refused(netns, { do: 'add link', link: { kind: 'tap', name: 'a/b', owner: 0 } }, 'EINVAL')
    },
  },
]
