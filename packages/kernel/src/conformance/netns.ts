import assert from 'node:assert/strict'
import { addBridge, addIfb, type ConformanceCase, errnoOf, linkOf, openNew, perform, refused, value } from './case.ts'

/** Opening namespaces, and handles of several. */
export const netnsCases: readonly ConformanceCase[] = [
  {
    name: 'opening what is not there is ENOENT',
    run: async ({ kernel, newNetns }) => {
      const path = await newNetns()
      assert.equal(await errnoOf(kernel.open(`${path}-nope`)), 'ENOENT')
      assert.equal(await errnoOf(kernel.open('')), 'ENOENT')
    },
  },
  {
    name: 'opening a path that cannot lead anywhere is ENOENT, and the error tells the path',
    run: async ({ kernel, newFile, newNetns }) => {
      const file = await newFile()
      const netns = await newNetns()
      for (const path of [`${file}/below`, 'a'.repeat(300), `/${'a/'.repeat(2500)}`, `${netns}/below`]) {
        const opened = await kernel.open(path)
        assert.ok(opened.isErr())
        const { operation, object, netns, errno, message } = opened.error
        assert.deepEqual(
          { operation, object, netns, errno },
          { operation: 'open', object: `namespace ${path}`, netns: path, errno: 'ENOENT' },
        )
        // The number is not in the words: it is said beside them.
        assert.doesNotMatch(message, /ENOENT|ENOTDIR|ELOOP|ENAMETOOLONG/)
      }
    },
  },
  {
    name: 'an error tells what was looked up, in the same words everywhere',
    run: async (world) => {
      const netns = await openNew(world)
      const setting = 'net/ipv4/conf/nope/forwarding'
      const lookUps = [
        [netns.links({ master: 'nope' }), 'links', 'ENODEV'],
        [netns.addresses('nope'), 'addresses', 'ENODEV'],
        [netns.routes({ family: 'inet', dev: 'nope' }), 'routes', 'ENODEV'],
        [netns.neighbours('nope'), 'neighbours', 'ENODEV'],
        [netns.sysctl(setting), `sysctl ${setting}`, 'ENOENT'],
      ] as const
      for (const [lookUp, object, errno] of lookUps) {
        const found = await lookUp
        assert.ok(found.isErr())
        const { message: _, ...error } = found.error
        assert.deepEqual(error, { kind: 'kernel', operation: 'look up', object, netns: netns.path, errno })
      }
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
  {
    name: 'what is no namespace is EINVAL, for a pair, too',
    run: async (world) => {
      const path = await world.newFile()
      assert.equal(await errnoOf(world.kernel.open(path)), 'EINVAL')
      const netns = await openNew(world)
      assert.equal(await errnoOf(netns.open(path)), 'EINVAL')
      const peer = { name: 'far', netns: path }
      await refused(netns, { do: 'add link', link: { kind: 'veth', name: 'near', peer } }, 'EINVAL')
    },
  },
  {
    name: 'a namespace with two paths is one',
    run: async (world) => {
      const netns = await openNew(world)
      const path = await world.newPathTo(netns.path)
      const other = await value(netns.open(path))
      assert.equal(other.path, path)
      assert.equal(other.id, netns.id)
      await perform(other, addBridge('br0'))
      assert.deepEqual(await linkOf(netns, 'br0'), await linkOf(other, 'br0'))
      const peer = { name: 'far', netns: path }
      await perform(netns, { do: 'add link', link: { kind: 'veth', name: 'near', peer } })
      assert.equal((await linkOf(netns, 'far')).peer, (await linkOf(netns, 'near')).index)
    },
  },
  {
    name: 'a handle keeps its namespace when the path goes',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'))
      await world.removePath(netns.path)
      assert.equal(await errnoOf(world.kernel.open(netns.path)), 'ENOENT')
      assert.equal((await linkOf(netns, 'x')).kind, 'ifb')
      await perform(netns, addBridge('br0'), { do: 'write sysctl', path: 'net/ipv4/conf/br0/forwarding', value: '1' })
      assert.equal(await value(netns.sysctl('net/ipv4/conf/br0/forwarding')), '1')
    },
  },
]
