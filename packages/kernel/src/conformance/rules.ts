import assert from 'node:assert/strict'
import type { Netns } from '../netns.ts'
import type { Family, ListedRule, Rule, RuleAction } from '../state.ts'
import { addIfb, type ConformanceCase, openNew, perform, refused, value } from './case.ts'

const families: readonly (readonly [Family, string])[] = [
  ['inet', '192.168.1.43/32'],
  ['inet6', 'fd00:1::43/128'],
]
const lookup: RuleAction = { do: 'lookup', table: 4201 }

/** The rules that are not there from the beginning. */
async function ours(netns: Netns, family: Family): Promise<readonly ListedRule[]> {
  const initial = new Set([0, 32766, 32767])
  return (await value(netns.rules(family))).filter(({ priority }) => !initial.has(priority))
}

/** Rules of the routing policy. */
export const ruleCases: readonly ConformanceCase[] = [
  {
    name: 'a namespace has rules for the tables local and main, and for IPv4 for the table default',
    run: async (world) => {
      const netns = await openNew(world)
      const tablesOf = async (family: Family) =>
        (await value(netns.rules(family))).map(({ priority, action }) => [priority, action])
      const initial = [
        [0, { do: 'lookup', table: 255 }],
        [32766, { do: 'lookup', table: 254 }],
      ]
      assert.deepEqual(await tablesOf('inet6'), initial)
      assert.deepEqual(await tablesOf('inet'), [...initial, [32767, { do: 'lookup', table: 253 }]])
    },
  },
  {
    name: 'rules are read as they were added, by ascending priority, and deleted',
    run: async (world) => {
      const netns = await openNew(world)
      for (const [family, from] of families) {
        const rules: readonly Rule[] = [
          { family, priority: 4201, from, action: { do: 'goto', priority: 42011 } },
          { family, priority: 5000, from, action: lookup },
          { family, priority: 5001, to: from, action: lookup },
          { family, priority: 5002, from, to: from, action: lookup },
          { family, priority: 42010, action: { do: 'unreachable' } },
          { family, priority: 42011, action: { do: 'lookup', table: 254, suppressPrefixLength: 0 } },
          { family, priority: 42012, action: { do: 'lookup', table: 7, suppressPrefixLength: 31 } },
          { family, priority: 42013, action: lookup },
        ]
        for (const rule of rules.toReversed()) await perform(netns, { do: 'add rule', rule })
        assert.deepEqual(await ours(netns, family), rules)
        for (const rule of rules) await perform(netns, { do: 'delete rule', rule })
        assert.deepEqual(await ours(netns, family), [])
      }
    },
  },
  {
    name: 'rules of one IP version are none of the other',
    run: async (world) => {
      const netns = await openNew(world)
      const rule: Rule = { family: 'inet6', priority: 4201, action: lookup }
      await perform(netns, { do: 'add rule', rule })
      assert.deepEqual(await ours(netns, 'inet'), [])
      await refused(netns, { do: 'delete rule', rule: { ...rule, family: 'inet' } }, 'ENOENT')
      await refused(netns, { do: 'add rule', rule: { ...rule, from: '192.168.1.43/32' } }, 'EINVAL')
      await refused(netns, { do: 'add rule', rule: { ...rule, from: '192.168.1.43' } }, 'EINVAL')
    },
  },
  {
    name: 'a rule is there once, and others with its priority behind it',
    run: async (world) => {
      const netns = await openNew(world)
      for (const [family, from] of families) {
        const rule: Rule = { family, priority: 4201, from, action: lookup }
        const anySource: Rule = { family, priority: 4201, action: lookup }
        const others: readonly Rule[] = [
          rule,
          { ...rule, action: { do: 'lookup', table: 7 } },
          { ...rule, action: { do: 'lookup', table: 7, suppressPrefixLength: 0 } },
          { ...rule, action: { do: 'goto', priority: 42011 } },
          { ...rule, action: { do: 'unreachable' } },
          { family, priority: 4201, to: from, action: lookup },
        ]
        const all = [anySource, ...others]
        for (const each of all) await perform(netns, { do: 'add rule', rule: each })
        for (const each of all) await refused(netns, { do: 'add rule', rule: each }, 'EEXIST')
        await refused(netns, { do: 'add rule', rule: { ...rule, action: { do: 'goto', priority: 5000 } } }, 'EEXIST')
        const second: Rule = { family, priority: 4201, action: { do: 'lookup', table: 7 } }
        // One for any source is taken for those that are for some.
        await refused(netns, { do: 'add rule', rule: second }, 'EEXIST')
        assert.deepEqual(await ours(netns, family), all)
      }
    },
  },
  {
    name: 'a rule is deleted if it is as said; what is not said is of no account, and the first one goes',
    run: async (world) => {
      const netns = await openNew(world)
      for (const [family, from] of families) {
        const rule: Rule = { family, priority: 4201, from, action: lookup }
        const anySource: Rule = { family, priority: 4201, action: lookup }
        await perform(netns, { do: 'add rule', rule: anySource }, { do: 'add rule', rule })
        const strangers: readonly Rule[] = [
          { ...rule, priority: 4202 },
          { ...rule, to: from },
          { ...rule, action: { do: 'lookup', table: 7 } },
          { ...rule, action: { do: 'unreachable' } },
          { ...rule, action: { do: 'lookup', table: 4201, suppressPrefixLength: 0 } },
          { ...rule, from: family === 'inet' ? '192.168.1.0/24' : 'fd00:1::/64' },
        ]
        for (const each of strangers) await refused(netns, { do: 'delete rule', rule: each }, 'ENOENT')
        await perform(netns, { do: 'delete rule', rule: anySource })
        assert.deepEqual(await ours(netns, family), [rule])
        await perform(netns, { do: 'delete rule', rule: anySource })
        await refused(netns, { do: 'delete rule', rule }, 'ENOENT')
        const suppressing: Rule = { ...rule, action: { do: 'lookup', table: 4201, suppressPrefixLength: 0 } }
        await perform(
          netns,
          { do: 'add rule', rule: suppressing },
          { do: 'add rule', rule },
          { do: 'delete rule', rule },
        )
        assert.deepEqual(await ours(netns, family), [rule])
        await perform(netns, { do: 'delete rule', rule })
      }
    },
  },
  {
    name: 'a rule goes on to one with a higher priority alone, there or not: EINVAL',
    run: async (world) => {
      const netns = await openNew(world)
      const rule = (priority: number): Rule => ({ family: 'inet', priority: 4201, action: { do: 'goto', priority } })
      for (const priority of [4200, 4201]) await refused(netns, { do: 'add rule', rule: rule(priority) }, 'EINVAL')
      await perform(netns, { do: 'add rule', rule: rule(4202) })
      assert.deepEqual(await ours(netns, 'inet'), [rule(4202)])
    },
  },
  {
    name: 'rules stay when the routes of their table go with a link',
    run: async (world) => {
      const netns = await openNew(world)
      const rule: Rule = { family: 'inet', priority: 4201, from: '192.168.1.43/32', action: lookup }
      await perform(
        netns,
        addIfb('x', { up: true }),
        { do: 'add rule', rule },
        {
          do: 'add route',
          route: {
            destination: '192.0.2.0/24',
            dev: 'x',
            onlink: false,
            scope: 'link',
            protocol: 'boot',
            metric: 0,
            table: 4201,
          },
        },
        { do: 'delete link', name: 'x' },
      )
      assert.deepEqual(await value(netns.routes({ family: 'inet', tables: 'all' })), [])
      assert.deepEqual(await ours(netns, 'inet'), [rule])
    },
  },
]
