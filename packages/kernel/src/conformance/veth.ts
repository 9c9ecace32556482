import assert from 'node:assert/strict'
import type { Operation } from '../operation.ts'
import { addBridge, type ConformanceCase, errnoOf, linkOf, openNew, perform, refused, value } from './case.ts'

function addVeth(netns?: string): Operation {
  const peer = { name: 'far', mac: '02:00:00:00:00:02', mtu: 9001, ...(netns === undefined ? {} : { netns }) }
  return { do: 'add link', link: { kind: 'veth', name: 'near', mac: '02:00:00:00:00:01', mtu: 9001, up: true, peer } }
}

/** Veth pairs, and handles of several namespaces. */
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
    name: 'opening what is not there is ENOENT',
    run: async ({ kernel, newNetns }) => {
      const path = await newNetns()
      assert.equal(await errnoOf(kernel.open(`${path}-nope`)), 'ENOENT')
      assert.equal(await errnoOf(kernel.open('')), 'ENOENT')
    },
  },
  {
    name: 'a namespace has one identity, however it is opened, and no other has it',
    run: async ({ kernel, newNetns }) => {
      const [one, other] = [await newNetns(), await newNetns()]
      const first = await value(kernel.open(one))
      const again = await value(first.open(one))
      const second = await value(kernel.open(other))
      assert.equal(first.path, one)
      assert.equal(again.id, first.id)
      assert.notEqual(second.id, first.id)
      assert.equal((await value(second.open(one))).id, first.id)
    },
  },
  {
    name: 'handles of several namespaces do not mix',
    run: async (world) => {
      const netnses = [await openNew(world), await openNew(world), await openNew(world)]
      await Promise.all(netnses.map((netns, n) => perform(netns, addBridge(`br${n}`, { up: true }))))
      const names = await Promise.all(
        netnses.map(async (netns) => (await value(netns.links())).map(({ name }) => name)),
      )
      assert.deepEqual(names, [
        ['lo', 'br0'],
        ['lo', 'br1'],
        ['lo', 'br2'],
      ])
    },
  },
]
