import assert from 'node:assert/strict'
import { addBridge, addIfb, type ConformanceCase, linkOf, openNew, perform, refused, value } from './case.ts'

const mac = '02:00:00:00:00:0a'

/** Primary and alternative names of links. */
export const nameCases: readonly ConformanceCase[] = [
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
    name: 'a name or an alias with a zero byte in it is refused whole, and so is one of any length: EINVAL',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'))
      await refused(netns, addIfb('y\0z'), 'EINVAL')
      const peer = { name: 'z\0z' }
      await refused(netns, { do: 'add link', link: { kind: 'veth', name: 'y', peer } }, 'EINVAL')
      await refused(netns, { do: 'add altname', name: 'x', altName: 'y\0z' }, 'EINVAL')
      await refused(netns, { do: 'set link', name: 'x', set: { alias: 'y\0z' } }, 'EINVAL')
      for (const length of [32_768, 65_531, 65_544]) {
        const long = 'a'.repeat(length)
        await refused(netns, { do: 'set link', name: 'x', set: { alias: long } }, ['EINVAL', 'ERANGE'])
        await refused(netns, { do: 'add altname', name: 'x', altName: long }, ['EINVAL', 'ERANGE'])
        await refused(netns, addIfb(long), ['EINVAL', 'ERANGE'])
      }
    },
  },
  {
    name: 'names that the settings need for all links are refused',
    run: async (world) => {
      const netns = await openNew(world)
      for (const name of ['all', 'default']) await refused(netns, addBridge(name), 'EINVAL')
    },
  },
  {
    name: 'an alternative name stands for the link in every operation',
    run: async (world) => {
      const netns = await openNew(world)
      const altName = 'another-name-of-x'
      await perform(netns, addBridge('br0'), addIfb('x'), { do: 'add altname', name: 'x', altName })
      await perform(netns, { do: 'add altname', name: 'br0', altName: 'another-bridge' })
      await perform(
        netns,
        { do: 'set link', name: altName, set: { up: true, master: 'another-bridge' } },
        { do: 'add address', address: { dev: altName, address: '10.0.0.1/24' } },
        { do: 'set neighbour', neighbour: { dev: altName, address: '10.0.0.2', mac } },
      )
      assert.equal((await value(netns.links({ master: 'another-bridge' }))).length, 1)
      assert.equal((await value(netns.addresses(altName)))[0]?.dev, 'x')
      assert.equal((await value(netns.neighbours(altName)))[0]?.dev, 'x')
      assert.equal((await value(netns.routes({ family: 'inet', dev: altName })))[0]?.dev, 'x')
      await perform(netns, { do: 'delete link', name: altName })
      assert.equal(await value(netns.link('x')), undefined)
    },
  },
  {
    name: 'an alternative name is taken from the link that has it only',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'), addIfb('y'), { do: 'add altname', name: 'x', altName: 'other' })
      await refused(netns, { do: 'delete altname', name: 'y', altName: 'other' }, 'EINVAL')
      await refused(netns, { do: 'delete altname', name: 'x', altName: 'x' }, 'EINVAL')
      await refused(netns, { do: 'delete altname', name: 'x', altName: 'nope' }, 'ENOENT')
      await refused(netns, { do: 'delete altname', name: 'nope', altName: 'other' }, 'ENODEV')
    },
  },
  {
    name: 'the names of a link that is gone are free, its index is not used again',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'), { do: 'add altname', name: 'x', altName: 'other' })
      const { index } = await linkOf(netns, 'x')
      await perform(netns, { do: 'delete link', name: 'x' }, addIfb('other'), addIfb('x'))
      assert.ok((await linkOf(netns, 'other')).index > index)
      assert.deepEqual((await linkOf(netns, 'x')).altNames, [])
    },
  },
]
