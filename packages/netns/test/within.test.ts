import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { apply, revert, type Step } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { netnsName, netnsPath, within } from '../src/index.ts'

const link = (name: string): Step<Netns, KernelError> => ({
  name: `link ${name}`,
  apply: (netns, undo) =>
    netns
      .change({ do: 'add link', link: { kind: 'dummy', name } })
      .map(() =>
        undo({ what: `delete ${name}`, run: () => netns.change({ do: 'delete link', name }).map(() => 'undone') }),
      ),
  revert: (netns) => netns.change({ do: 'delete link', name }).map(() => 'removed' as const),
})

async function newHost() {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  kernel.addNetns('/blue')
  return {
    kernel,
    host: (await kernel.open('/host'))._unsafeUnwrap(),
    blue: (await kernel.open('/blue'))._unsafeUnwrap(),
  }
}

const names = async (netns: Netns) => (await netns.links())._unsafeUnwrap().map(({ name }) => name)

test('walks the steps in the other namespace', async () => {
  const { kernel, host, blue } = await newHost()
  const before = kernel.state()
  const steps = [link('here'), ...within('/blue', [link('there')])]
  expect(steps.map(({ name }) => name)).toEqual(['link here', 'link there in /blue'])
  ;(await apply(steps, host))._unsafeUnwrap()
  expect([await names(host), await names(blue)]).toEqual([
    ['lo', 'here'],
    ['lo', 'there'],
  ])
  ;(await revert(steps, host))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test('rolls back in both', async () => {
  const { kernel, host } = await newHost()
  const before = kernel.state()
  const steps = [link('here'), ...within('/blue', [link('there')]), link('here')]
  const error = (await apply(steps, host))._unsafeUnwrapErr()
  expect(error.rollback.undone).toEqual(['delete there', 'delete here'])
  expect(kernel.state()).toEqual(before)
})

test('a namespace that is gone fails an apply, and is no error for a revert', async () => {
  const { kernel, host } = await newHost()
  kernel.removeNetns('/blue')
  const steps = within('/blue', [link('there')])
  expect((await apply(steps, host))._unsafeUnwrapErr()).toMatchObject({ cause: { errno: 'ENOENT' } })
  ;(await revert(steps, host))._unsafeUnwrap()
})

test.each([
  ['blue', '/var/run/netns/blue'],
  ['/run/netns/blue', '/run/netns/blue'],
  ['/proc/1/ns/net', '/proc/1/ns/net'],
  ['./blue', './blue'],
])('netnsPath(%s) is %s', (given, path) => {
  expect(netnsPath(given)).toBe(path)
})

test.each([
  ['/run/netns/blue', 'blue'],
  ['/var/run/netns/blue', 'blue'],
  ['/run/netns/blue/x', undefined],
  ['/run/docker/netns/blue', undefined],
  ['/proc/1/ns/net', undefined],
])('netnsName(%s) is %s', (path, name) => {
  expect(netnsName(path)).toBe(name)
})
