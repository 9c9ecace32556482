import assert from 'node:assert/strict'
import type { Operation } from '../operation.ts'
import { addBridge, addIfb, type ConformanceCase, openNew, perform, refused, value } from './case.ts'

const dev = 'eth10'
const translate: Operation = { do: 'set MAC translation', dev, mac: '02:00:00:00:00:10' }
const one = { address: '192.168.1.43', mac: '02:00:00:00:00:43' }
const other = { address: '192.168.1.44', mac: '02:00:00:00:00:44' }

/** Translation of MAC addresses on a bridge's port. */
export const macTranslationCases: readonly ConformanceCase[] = [
  {
    name: 'a MAC translation is read as it was made, with its entries, and can be made anew',
    run: async (world) => {
      const netns = await openNew(world)
      await perform(netns, addBridge('br0'), addIfb(dev), { do: 'set link', name: dev, set: { master: 'br0' } })
      assert.equal(await value(netns.macTranslation(dev)), undefined)
      await perform(netns, translate)
      assert.deepEqual(await value(netns.macTranslation(dev)), { dev, mac: '02:00:00:00:00:10', entries: [] })
      await perform(netns, { do: 'set MAC translation entry', dev, entry: other })
      await perform(netns, { do: 'set MAC translation entry', dev, entry: { ...one, mac: '02:00:00:00:00:99' } })
      await perform(netns, { do: 'set MAC translation entry', dev, entry: one })
      await perform(netns, { ...translate, mac: '02:00:00:00:00:11' })
      const entries = [one, other]
      assert.deepEqual(await value(netns.macTranslation(dev)), { dev, mac: '02:00:00:00:00:11', entries })
      await perform(netns, { do: 'delete MAC translation entry', dev, entry: one })
      assert.deepEqual((await value(netns.macTranslation(dev)))?.entries, [other])
      await perform(netns, { do: 'delete MAC translation', dev })
      assert.equal(await value(netns.macTranslation(dev)), undefined)
    },
  },
  {
    name: 'what is not translated cannot be removed, nor get entries',
    run: async (world) => {
      const netns = await openNew(world)
      await refused(netns, { do: 'delete MAC translation', dev }, 'ENOENT')
      await refused(netns, { do: 'set MAC translation entry', dev, entry: one }, 'ENOENT')
      await refused(netns, { do: 'delete MAC translation entry', dev, entry: one }, 'ENOENT')
      await perform(netns, translate)
      await refused(netns, { do: 'delete MAC translation entry', dev, entry: one }, 'ENOENT')
    },
  },
  {
    name: 'translations of several ports and namespaces do not mix',
    run: async (world) => {
      const [netns, elsewhere] = [await openNew(world), await openNew(world)]
      await perform(netns, translate, { ...translate, dev: 'eth11' })
      await perform(netns, { do: 'set MAC translation entry', dev: 'eth11', entry: one })
      assert.deepEqual((await value(netns.macTranslation(dev)))?.entries, [])
      assert.equal(await value(elsewhere.macTranslation(dev)), undefined)
      await perform(netns, { do: 'delete MAC translation', dev })
      assert.deepEqual((await value(netns.macTranslation('eth11')))?.entries, [one])
    },
  },
]
