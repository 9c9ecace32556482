import { failing } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { apply, revert } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { masquerade, masqueraded } from '../src/index.ts'

const name = 'net'
const source = masqueraded({ name, address: '10.88.0.2/24' })
const steps = [masquerade({ name }), source, masqueraded({ name, address: 'fd00:88::2/64' })]

async function newHost() {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  return { kernel, host: (await kernel.open('/host'))._unsafeUnwrap() }
}

test('A masquerade is made with its sources, changes nothing when it is there, and is removed.', async () => {
  const { kernel, host } = await newHost()
  const before = kernel.state()
  ;(await apply(steps, host))._unsafeUnwrap()
  expect((await host.masquerade(name))._unsafeUnwrap()?.entries).toEqual([
    { source: '10.88.0.2', except: '10.88.0.0/24' },
    { source: 'fd00:88::2', except: 'fd00:88::/64' },
  ])
  ;(await apply(steps, failing(host, 1)))._unsafeUnwrap()
  ;(await revert(steps, host))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
  ;(await revert(steps, host))._unsafeUnwrap()
})

test('A source that reaches another subnet as itself is changed, put back by an undo, and removed.', async () => {
  const { kernel, host } = await newHost()
  await apply([masquerade({ name }), masqueraded({ name, address: '10.88.0.2/16' })], host)
  const before = kernel.state()
  expect((await apply(steps, failing(host, 2))).isErr()).toBe(true)
  expect(kernel.state()).toEqual(before)
  ;(await revert([source], host))._unsafeUnwrap()
  expect((await host.masquerade(name))._unsafeUnwrap()?.entries).toEqual([])
})

test('A source without its masquerade is an error.', async () => {
  const { host } = await newHost()
  const error = (await apply([source], host))._unsafeUnwrapErr()
  expect(error).toMatchObject({ kind: 'step failed', cause: { errno: 'ENOENT' } })
})
