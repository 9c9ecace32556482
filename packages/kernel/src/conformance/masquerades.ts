import assert from 'node:assert/strict'
import type { Operation } from '../operation.ts'
import { type ConformanceCase, openNew, perform, refused, value } from './case.ts'

const name = 'net'
const masquerade: Operation = { do: 'set masquerade', name }
const one = { source: '10.88.0.2', except: '10.88.0.0/24' }
const other = { source: '10.88.0.3', except: '10.88.0.3/32' }
const inet6 = { source: 'fd00:88::2', except: 'fd00:88::/64' }

/** Sources whose packets leave with the host's address. */
export const masqueradeCases: readonly ConformanceCase[] = [
  {
    name: 'a masquerade is read as it was made, with its entries, and can be made anew',
    run: async (world) => {
      const netns = await openNew(world)
      assert.equal(await value(netns.masquerade(name)), undefined)
      await perform(netns, masquerade)
      assert.deepEqual(await value(netns.masquerade(name)), { name, entries: [] })
      for (const entry of [inet6, other, { ...one, except: '10.0.0.0/8' }, one])
        await perform(netns, { do: 'set masquerade entry', name, entry })
      await perform(netns, masquerade)
      assert.deepEqual(await value(netns.masquerade(name)), { name, entries: [one, other, inet6] })
      await perform(netns, { do: 'delete masquerade entry', name, entry: one })
      await perform(netns, { do: 'delete masquerade entry', name, entry: inet6 })
      assert.deepEqual((await value(netns.masquerade(name)))?.entries, [other])
      await perform(netns, { do: 'delete masquerade', name })
      assert.equal(await value(netns.masquerade(name)), undefined)
    },
  },
  {
    name: 'a masquerade that is not there cannot be removed, nor get entries',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, { do: 'delete masquerade', name }, 'ENOENT')
      await refused(netns, { do: 'set masquerade entry', name, entry: one }, 'ENOENT')
      await perform(netns, masquerade)
      await refused(netns, { do: 'delete masquerade entry', name, entry: one }, 'ENOENT')
      await refused(netns, { do: 'set masquerade entry', name, entry: { ...one, except: 'fd00::/64' } }, 'EINVAL')
    },
  },
  {
    name: 'masquerades of several names and namespaces do not mix',
    run: async (world) => {
      const [netns, elsewhere] = [await openNew(world), await openNew(world)]
      await perform(netns, masquerade, { do: 'set masquerade', name: 'another.net' })
      await perform(netns, { do: 'set masquerade entry', name: 'another.net', entry: one })
      assert.deepEqual((await value(netns.masquerade(name)))?.entries, [])
      assert.equal(await value(elsewhere.masquerade(name)), undefined)
      await perform(netns, { do: 'delete masquerade', name })
      assert.deepEqual((await value(netns.masquerade('another.net')))?.entries, [one])
    },
  },
]
