import { expect, test } from 'vitest'
import { routingTable } from '../src/index.ts'
import { newHost } from './host.ts'

const byRouter = { destination: '0.0.0.0/0', dev: 'eth0', gateway: '10.0.0.9', onlink: true }
const subnet = { destination: '192.0.2.0/24', dev: 'eth0' }
const wanted = { table: 4201, family: 'inet', routes: [byRouter, subnet] } as const

test('has its routes, which are no others of the main table; no change when there; gone on rollback', async () => {
  const { kernel, host, undos, undo, rollBack } = await newHost()
  const before = kernel.state()
  ;(await routingTable(wanted).apply(host, undo))._unsafeUnwrap()
  expect((await host.routes({ family: 'inet', tables: 4201 }))._unsafeUnwrap()).toMatchObject([
    { ...byRouter, table: 4201 },
    { ...subnet, table: 4201 },
  ])
  expect((await host.routes({ family: 'inet', destination: '0.0.0.0/0' }))._unsafeUnwrap()).toEqual([])
  ;(await routingTable(wanted).apply(host, undo))._unsafeUnwrap()
  expect(undos).toHaveLength(2)
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('what goes another way is set right, and what does not belong there goes; all that is put back on rollback', async () => {
  const { kernel, host, undo, rollBack } = await newHost()
  await routingTable({ ...wanted, routes: [{ ...byRouter, gateway: '10.0.0.8' }, subnet] }).apply(host, () => {})
  const before = kernel.state()
  ;(await routingTable({ ...wanted, routes: [byRouter] }).apply(host, undo))._unsafeUnwrap()
  expect((await host.routes({ family: 'inet', tables: 4201 }))._unsafeUnwrap()).toMatchObject([byRouter])
  await rollBack()
  expect(kernel.state()).toEqual(before)
})

test('is emptied, whatever is in it, and nothing else is', async () => {
  const { kernel, host } = await newHost()
  await routingTable({ ...wanted, table: 4202 }).apply(host, () => {})
  const before = kernel.state()
  await routingTable(wanted).apply(host, () => {})
  const step = routingTable({ ...wanted, routes: [] })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})
