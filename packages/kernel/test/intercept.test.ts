import { errAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { type Netns, type Operation, operationError } from '../src/index.ts'
import { intercept, record } from '../src/intercept.ts'
import { bridge, failure, host, perform, value } from './host.ts'

test('an interceptor is called in place of each change, with the handle that it wraps', async () => {
  const { netns } = await host()
  const calls: [Operation, Netns][] = []
  const intercepted = intercept(netns, (operation, where, proceed) => {
    calls.push([operation, where])
    return proceed()
  })
  await perform(intercepted, bridge('br0'))
  expect(calls).toEqual([[bridge('br0'), netns]])
  expect(await value(netns.link('br0'))).toMatchObject({ name: 'br0' })
})

test('an interceptor that does not proceed prevents the change', async () => {
  const { netns } = await host()
  const intercepted = intercept(netns, (operation, where) =>
    errAsync(operationError(operation, where.path, 'EPERM', 'not today')),
  )
  expect(await failure(intercepted.change(bridge('br0')))).toEqual({
    kind: 'kernel',
    operation: 'add link',
    object: 'bridge br0',
    netns: '/host',
    errno: 'EPERM',
    message: 'not today',
  })
  expect(await value(netns.link('br0'))).toBeUndefined()
})

test('look-ups pass through, and so does what identifies the namespace', async () => {
  const { netns } = await host()
  await perform(
    netns,
    { do: 'set link', name: 'eth10', set: { up: true } },
    { do: 'add address', address: { dev: 'eth10', address: '10.0.0.1/24' } },
    { do: 'set neighbour', neighbour: { dev: 'eth10', address: '10.0.0.9', mac: '02:00:00:00:00:99' } },
  )
  const intercepted = intercept(netns, () => {
    throw new Error('a look-up is no change')
  })
  expect([intercepted.path, intercepted.id]).toEqual([netns.path, netns.id])
  const path = 'net/ipv4/conf/eth10/forwarding'
  expect(await value(intercepted.link('eth10'))).toEqual(await value(netns.link('eth10')))
  expect(await value(intercepted.links({ limit: 1 }))).toEqual(await value(netns.links({ limit: 1 })))
  expect(await value(intercepted.addresses('eth10'))).toEqual(await value(netns.addresses('eth10')))
  expect(await value(intercepted.routes({ family: 'inet' }))).toEqual(await value(netns.routes({ family: 'inet' })))
  expect(await value(intercepted.neighbours())).toEqual(await value(netns.neighbours()))
  expect(await value(intercepted.sysctl(path))).toBe('0')
})

test('the record holds what succeeded, in order, in whichever namespace', async () => {
  const { netns } = await host()
  const { context, operations } = record(netns)
  await perform(context, bridge('br0'))
  await failure(context.change(bridge('br0')))
  const blue = await value(context.open('/blue'))
  await perform(blue, bridge('br1'))
  expect(operations).toEqual([
    { netns: '/host', operation: bridge('br0') },
    { netns: '/blue', operation: bridge('br1') },
  ])
})

test('a namespace that cannot be opened is an error through an interceptor, too', async () => {
  const { netns } = await host()
  expect(await failure(record(netns).context.open('/nope'))).toMatchObject({ errno: 'ENOENT', netns: '/nope' })
})
