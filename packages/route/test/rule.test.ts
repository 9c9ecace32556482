import type { Rule } from '@vpc-bridge/kernel'
import { expect, test } from 'vitest'
import { rule, rules } from '../src/index.ts'
import { newHost } from './host.ts'

const own: Rule = { family: 'inet', priority: 4201, from: '192.168.1.43/32', action: { do: 'goto', priority: 42011 } }
const block = {
  name: 'rules of table 4201',
  family: 'inet',
  rules: [
    { priority: 42010, action: { do: 'unreachable' } },
    { priority: 42011, action: { do: 'lookup', table: 254, suppressPrefixLength: 0 } },
    { priority: 42012, action: { do: 'lookup', table: 4201 } },
  ],
} as const

test.each([
  ['a rule', rule(own), 1],
  ['rules', rules(block), 3],
] as const)('%s: added, no change when there, gone on rollback and on removal', async (_, step, count) => {
  const { kernel, host, undos, undo, rollBack } = await newHost()
  const before = kernel.state()
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await host.rules('inet'))._unsafeUnwrap()).toHaveLength(3 + count)
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(count)
  await rollBack()
  expect(kernel.state()).toEqual(before)
  ;(await step.apply(host, undo))._unsafeUnwrap()
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('what is missing of rules is added again, and what is left of them is removed', async () => {
  const { kernel, host, undos, undo } = await newHost()
  const before = kernel.state()
  const [first, second] = block.rules
  await rules(block).apply(host, undo)
  const whole = kernel.state()
  await host.change({ do: 'delete rule', rule: { ...second, family: 'inet' } })
  ;(await rules(block).apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(4)
  expect(kernel.state()).toEqual(whole)
  await host.change({ do: 'delete rule', rule: { ...first, family: 'inet' } })
  expect((await rules(block).revert(host))._unsafeUnwrap()).toBe('removed')
  expect(kernel.state()).toEqual(before)
})

test('tells what it is about, and why it cannot be', async () => {
  const { host, undo } = await newHost()
  expect(rule(own).name).toBe('rule 4201 from 192.168.1.43/32 goto 42011')
  const backward: Rule = { ...own, action: { do: 'goto', priority: 7 } }
  expect((await rule(backward).apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'EINVAL' })
})
