import assert from 'node:assert/strict'
import {
  addBridge,
  addIfb,
  type ConformanceCase,
  type ConformanceWorld,
  errnoOf,
  openNew,
  perform,
  refused,
  value,
} from './case.ts'

const dev = 'x'

async function openReady(world: ConformanceWorld) {
  const netns = await openNew(world)
  await perform(netns, addIfb(dev, { up: true }))
  return netns
}

/** Neighbours: permanent ones, and those that the kernel has learnt. */
export const neighbourCases: readonly ConformanceCase[] = [
  {
    name: 'an entry is for an address with all of its parts: EINVAL',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x', { up: true }))
      for (const address of ['10.9', '10.0.0.2/32', '']) {
        const neighbour = { dev: 'x', address, mac: '02:00:00:00:00:0a' }
        await refused(netns, { do: 'set neighbour', neighbour }, 'EINVAL')
        await refused(netns, { do: 'delete neighbour', neighbour }, 'EINVAL')
      }
    },
  },
  {
    name: 'a permanent neighbour is set, changed and deleted',
    run: async (world) => {
      const netns = await openReady(world)
      const neighbour = { dev, address: '203.0.113.1', mac: '02:00:00:00:00:aa' }
      await perform(netns, { do: 'set neighbour', neighbour })
      assert.deepEqual(await value(netns.neighbours(dev)), [neighbour])
      const moved = { ...neighbour, mac: '02:00:00:00:00:bb' }
      await perform(netns, { do: 'set neighbour', neighbour: moved })
      assert.deepEqual(await value(netns.neighbours()), [moved])
      await perform(netns, { do: 'delete neighbour', neighbour })
      assert.deepEqual(await value(netns.neighbours(dev)), [])
      await refused(netns, { do: 'delete neighbour', neighbour }, 'ENOENT')
      await refused(netns, { do: 'set neighbour', neighbour: { ...neighbour, dev: 'nope' } }, 'ENODEV')
      assert.equal(await errnoOf(netns.neighbours('nope')), 'ENODEV')
    },
  },
  {
    name: 'a neighbour that was learnt is found by its address and deleted, and is none of the permanent ones',
    run: async (world) => {
      const netns = await openReady(world)
      for (const address of ['10.0.0.3', 'fd00::3']) {
        const neighbour = { dev, address, mac: '02:00:00:00:00:aa' }
        assert.equal(await value(netns.neighbour(dev, address)), undefined)
        await world.learnNeighbour(netns.path, neighbour)
        assert.deepEqual(await value(netns.neighbour(dev, address)), { ...neighbour, isPermanent: false })
        assert.deepEqual(await value(netns.neighbours()), [])
        await perform(netns, { do: 'delete neighbour', neighbour: { dev, address } })
        assert.equal(await value(netns.neighbour(dev, address)), undefined)
        await refused(netns, { do: 'delete neighbour', neighbour: { dev, address } }, 'ENOENT')
      }
      assert.equal(await errnoOf(netns.neighbour('nope', '10.0.0.3')), 'ENODEV')
      assert.equal(await errnoOf(netns.neighbour(dev, '10.0.0.3/32')), 'EINVAL')
    },
  },
  {
    name: 'a permanent neighbour takes the place of one that was learnt, and is found by its address, too',
    run: async (world) => {
      const netns = await openReady(world)
      const neighbour = { dev, address: '10.0.0.3', mac: '02:00:00:00:00:aa' }
      await world.learnNeighbour(netns.path, { ...neighbour, mac: '02:00:00:00:00:bb' })
      await perform(netns, { do: 'set neighbour', neighbour })
      assert.deepEqual(await value(netns.neighbour(dev, '10.0.0.3')), { ...neighbour, isPermanent: true })
      assert.deepEqual(await value(netns.neighbours()), [neighbour])
    },
  },
  {
    name: 'neighbours go when their link goes down',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, { do: 'set neighbour', neighbour: { dev, address: '10.0.0.3', mac: '02:00:00:00:00:aa' } })
      await perform(netns, { do: 'set link', name: dev, set: { up: false } })
      assert.deepEqual(await value(netns.neighbours(dev)), [])
    },
  },
  {
    name: 'a neighbour of IPv6 is written as RFC 5952 says',
    run: async (world) => {
      const netns = await openReady(world)
      const neighbour = { dev, address: 'fe80::a', mac: '02:00:00:00:00:aa' }
      await perform(netns, { do: 'set neighbour', neighbour: { ...neighbour, address: 'fe80:0:0::000a' } })
      assert.deepEqual(await value(netns.neighbours(dev)), [neighbour])
      await perform(netns, { do: 'delete neighbour', neighbour })
      assert.deepEqual(await value(netns.neighbours(dev)), [])
    },
  },
  {
    name: 'neighbours of one link are not those of another, and go with it',
    run: async (world) => {
      const netns = await openReady(world)
      await perform(netns, addBridge('br0'))
      const neighbour = { dev, address: '10.0.0.3', mac: '02:00:00:00:00:aa' }
      await perform(netns, { do: 'set neighbour', neighbour })
      assert.deepEqual(await value(netns.neighbours('br0')), [])
      await refused(netns, { do: 'delete neighbour', neighbour: { ...neighbour, dev: 'br0' } }, 'ENOENT')
      await perform(netns, { do: 'delete link', name: dev })
      assert.deepEqual(await value(netns.neighbours()), [])
    },
  },
  {
    name: 'a link that gets another MAC address forgets its neighbours',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0', { up: true }), {
        do: 'set neighbour',
        neighbour: { dev: 'br0', address: '10.0.0.3', mac: '02:00:00:00:00:aa' },
      })
      await perform(netns, { do: 'set link', name: 'br0', set: { mac: '02:00:00:00:00:0f' } })
      assert.deepEqual(await value(netns.neighbours()), [])
    },
  },
]
