import { failing } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { apply, revert } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { macNat, macNatEndpoint } from '../src/index.ts'

const dev = 'eth10'
const translation = macNat({ dev, mac: '02:00:00:00:00:10' })
const one = { address: '192.168.1.43', mac: '02:00:00:00:00:43' }
const other = { address: '192.168.1.44', mac: '02:00:00:00:00:44' }
const steps = [translation, macNatEndpoint({ dev, ...one }), macNatEndpoint({ dev, ...other })]

async function newHost() {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  return { kernel, host: (await kernel.open('/host'))._unsafeUnwrap() }
}

test('is there with its endpoints, and changes nothing then', async () => {
  const { kernel, host } = await newHost()
  const before = kernel.state()
  ;(await apply(steps, host))._unsafeUnwrap()
  expect((await host.macTranslation(dev))._unsafeUnwrap()?.entries).toEqual([one, other])
  ;(await apply(steps, failing(host, 1)))._unsafeUnwrap()
  ;(await revert(steps, host))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
  ;(await revert(steps, host))._unsafeUnwrap()
})

test('what was there before is put back on rollback', async () => {
  const { kernel, host } = await newHost()
  await apply([macNat({ dev, mac: '02:00:00:00:00:11' }), macNatEndpoint({ dev, ...one, mac: other.mac })], host)
  const before = kernel.state()
  for (let nth = 1; nth <= steps.length; nth += 1) {
    expect((await apply(steps, failing(host, nth))).isErr()).toBe(true)
    expect(kernel.state()).toEqual(before)
  }
})

test("another endpoint's entry of the same address stays", async () => {
  const { host } = await newHost()
  await apply(steps, host)
  const step = macNatEndpoint({ dev, address: one.address, mac: other.mac })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
  expect((await host.macTranslation(dev))._unsafeUnwrap()?.entries).toEqual([one, other])
})

test('an endpoint without a translation is ENOENT', async () => {
  const { host } = await newHost()
  const step = macNatEndpoint({ dev, ...one })
  expect((await step.apply(host, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENOENT' })
})
