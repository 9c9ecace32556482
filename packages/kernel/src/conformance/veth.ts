import assert from 'node:assert/strict'
import type { Operation } from '../operation.ts'
import { addBridge, addIfb, type ConformanceCase, linkOf, openNew, perform, refused, value } from './case.ts'

function addVeth(netns?: string): Operation {
  const peer = { name: 'far', mac: '02:00:00:00:00:02', mtu: 9001, ...(netns === undefined ? {} : { netns }) }
  return { do: 'add link', link: { kind: 'veth', name: 'near', mac: '02:00:00:00:00:01', mtu: 9001, up: true, peer } }
}

/** Veth pairs, within a namespace and between two. */
export const vethCases: readonly ConformanceCase[] = [
  {
    name: 'a veth pair is created with its far end in another namespace, under its final name',
    run: async (world) => {
      const near = await openNew(world)
      const far = await openNew(world)
      await perform(near, addVeth(far.path))
      const [nearEnd, farEnd] = [await linkOf(near, 'near'), await linkOf(far, 'far')]
      assert.deepEqual(nearEnd, {
        index: nearEnd.index,
        name: 'near',
        altNames: [],
        kind: 'veth',
        mac: '02:00:00:00:00:01',
        mtu: 9001,
        up: true,
        peer: farEnd.index,
      })
      assert.deepEqual(farEnd, {
        index: farEnd.index,
        name: 'far',
        altNames: [],
        kind: 'veth',
        mac: '02:00:00:00:00:02',
        mtu: 9001,
        up: false,
        peer: nearEnd.index,
      })
      assert.equal(await value(near.link('far')), undefined)
    },
  },
  {
    name: 'a veth pair within one namespace',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addVeth())
      const [near, far] = [await linkOf(netns, 'near'), await linkOf(netns, 'far')]
      assert.equal(near.peer, far.index)
      assert.equal(far.peer, near.index)
    },
  },
  {
    name: 'a veth is created as a port of a bridge',
    run: async (world) => {
      const near = await openNew(world)
      const far = await openNew(world)
      await perform(near, addBridge('br0'), {
        do: 'add link',
        link: { kind: 'veth', name: 'near', master: 'br0', peer: { name: 'far', netns: far.path } },
      })
      assert.equal((await linkOf(near, 'near')).master, (await linkOf(near, 'br0')).index)
    },
  },
  {
    name: 'deleting one end deletes the other',
    run: async (world) => {
      const near = await openNew(world)
      const far = await openNew(world)
      await perform(near, addVeth(far.path), { do: 'delete link', name: 'near' })
      assert.equal(await value(far.link('far')), undefined)
      await perform(near, addVeth(far.path))
      await perform(far, { do: 'delete link', name: 'far' })
      assert.equal(await value(near.link('near')), undefined)
    },
  },
  {
    name: 'a taken name at either end is EEXIST, and nothing is left at the other',
    run: async (world) => {
      const near = await openNew(world)
      const far = await openNew(world)
      await perform(far, addBridge('far'))
      await refused(near, addVeth(far.path), 'EEXIST')
      assert.equal((await linkOf(far, 'far')).kind, 'bridge')
      await perform(far, { do: 'delete link', name: 'far' })
      await perform(near, addBridge('near'))
      await refused(near, addVeth(far.path), 'EEXIST')
      assert.equal(await value(far.link('far')), undefined)
    },
  },
  {
    name: 'a far namespace that is not there is ENOENT',
    run: async (world) => {
      const near = await openNew(world)
      await refused(near, addVeth(`${near.path}-nope`), 'ENOENT')
    },
  },
  {
    name: 'deleting an end leaves other pairs alone that have the same indexes',
    run: async (world) => {
      const [one, two] = [await openNew(world), await openNew(world)]
      const [three, four] = [await openNew(world), await openNew(world)]
      await perform(one, addVeth(two.path))
      await perform(three, addVeth(four.path), { do: 'delete link', name: 'near' })
      assert.equal(await value(four.link('far')), undefined)
      assert.equal((await linkOf(one, 'near')).peer, (await linkOf(two, 'far')).index)
    },
  },
  {
    name: 'a pair that cannot join its bridge leaves nothing behind',
    run: async (world) => {
      const near = await openNew(world)
      const far = await openNew(world)
      await perform(near, addIfb('x'))
      const peer = { name: 'far', netns: far.path }
      await refused(near, { do: 'add link', link: { kind: 'veth', name: 'near', master: 'nope', peer } }, 'ENODEV')
      await refused(near, { do: 'add link', link: { kind: 'veth', name: 'near', master: 'x', peer } }, 'EOPNOTSUPP')
      assert.equal(await value(far.link('far')), undefined)
    },
  },
  {
    name: 'names, MTUs and MAC addresses that the far end cannot have are refused',
    run: async (world) => {
      const near = await openNew(world)
      const far = await openNew(world)
      const pairTo = (peer: { readonly name: string; readonly mac?: string; readonly mtu?: number }): Operation => ({
        do: 'add link',
        link: { kind: 'veth', name: 'near', peer: { ...peer, netns: far.path } },
      })
      await refused(near, pairTo({ name: 'a/b' }), ['EINVAL', 'ERANGE'])
      await refused(near, pairTo({ name: 'far', mtu: 65536 }), 'EINVAL')
      await refused(near, pairTo({ name: 'far', mac: '01:00:5e:00:00:01' }), ['EADDRNOTAVAIL', 'EINVAL'])
      assert.deepEqual((await value(far.links())).length, 1)
    },
  },
]
