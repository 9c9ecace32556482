import assert from 'node:assert/strict'
import { addIfb, type ConformanceCase, linkOf, openNew, perform, refused, value } from './case.ts'

/** Links that get another name. */
export const renameCases: readonly ConformanceCase[] = [
  {
    name: 'a link that is renamed keeps what it has',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(
        netns,
        addIfb('x', { mtu: 1400 }),
        { do: 'set link', name: 'x', set: { alias: 'whose it is' } },
        { do: 'add altname', name: 'x', altName: 'another-name-of-x' },
        { do: 'write sysctl', path: 'net/ipv4/conf/x/forwarding', value: '1' },
        { do: 'add address', address: { dev: 'x', address: '10.0.0.1/24', label: 'x:old' } },
        { do: 'add address', address: { dev: 'x', address: '10.0.0.2/24' } },
        { do: 'add address', address: { dev: 'x', address: '10.0.0.3/24', label: 'x:third' } },
      )
      const before = await linkOf(netns, 'x')
      await perform(netns, { do: 'rename link', name: 'x', to: 'y' })
      assert.deepEqual(await linkOf(netns, 'y'), { ...before, name: 'y' })
      assert.equal(await value(netns.link('x')), undefined)
      assert.equal(await value(netns.sysctl('net/ipv4/conf/y/forwarding')), '1')
      const labels = (await value(netns.addresses('y'))).map(({ address, label }) => [address, label])
      assert.deepEqual(labels, [
        ['10.0.0.1/24', undefined],
        ['10.0.0.2/24', 'y:2'],
        ['10.0.0.3/24', 'y:third'],
      ])
      await perform(netns, { do: 'rename link', name: 'another-name-of-x', to: 'x' })
      assert.equal((await linkOf(netns, 'x')).index, before.index)
    },
  },
  {
    name: 'a link that is up cannot be renamed, or keeps its routes',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x', { up: true }), {
        do: 'add address',
        address: { dev: 'x', address: '10.0.0.1/24' },
      })
      const renamed = await netns.change({ do: 'rename link', name: 'x', to: 'y' })
      if (renamed.isErr()) assert.equal(renamed.error.errno, 'EBUSY')
      const [route] = await value(netns.routes({ family: 'inet', destination: '10.0.0.0/24' }))
      assert.equal(route?.dev, renamed.isErr() ? 'x' : 'y')
    },
  },
  {
    name: 'a link gets no name that is taken, or that none can have',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addIfb('x'), addIfb('y'), { do: 'add altname', name: 'y', altName: 'another-of-y' })
      await perform(netns, { do: 'add altname', name: 'y', altName: 'short' })
      for (const to of ['y', 'short']) await refused(netns, { do: 'rename link', name: 'x', to }, 'EEXIST')
      for (const to of ['', '.', 'a/b', 'a b', 'all', 'a'.repeat(16)])
        await refused(netns, { do: 'rename link', name: 'x', to }, ['EINVAL', 'ERANGE'])
      await refused(netns, { do: 'rename link', name: 'nope', to: 'z' }, 'ENODEV')
      await perform(netns, { do: 'rename link', name: 'x', to: 'x' })
    },
  },
]
