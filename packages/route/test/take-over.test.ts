import { failing, type Netns, type Operation } from '@vpc-bridge/kernel'
import { apply } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { takeOver } from '../src/index.ts'
import { newHost } from './host.ts'

const step = takeOver({ from: 'eth10', to: 'br0' })
const at = (dev: string) =>
  ({
    addresses: [
      { dev, address: '192.168.1.42/24', broadcast: '192.168.1.255' },
      { dev, address: '192.168.1.50/24' },
      { dev, address: 'fd00::2/64', metric: 512 },
      { dev, address: '10.7.0.1/24', noPrefixRoute: true },
      { dev, address: '10.8.0.1/32', peer: '10.8.0.2' },
    ],
    neighbours: [{ dev, address: '192.168.1.1', mac: '02:00:00:00:00:01' }],
    routes: [
      { destination: '10.7.0.0/24', dev, onlink: false, scope: 'link', protocol: 'kernel', metric: 7 },
      { destination: '10.9.0.0/16', dev, onlink: false, scope: 'link', protocol: 'static', metric: 0 },
      {
        destination: '0.0.0.0/0',
        gateway: '192.168.1.1',
        dev,
        onlink: false,
        scope: 'global',
        protocol: 'boot',
        metric: 0,
      },
      {
        destination: '0.0.0.0/0',
        gateway: '10.9.0.1',
        dev,
        onlink: false,
        scope: 'global',
        protocol: 'boot',
        metric: 0,
        table: 10001,
      },
      { destination: '::/0', gateway: 'fd00::1', dev, onlink: false, scope: 'global', protocol: 'boot', metric: 1024 },
    ],
  }) as const

/** A host whose network card has addresses and routes, and a bridge that has none. */
async function newHostWithCard() {
  const made = await newHost()
  made.kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10' })
  const { addresses, neighbours, routes } = at('eth10')
  const operations: readonly Operation[] = [
    { do: 'set link', name: 'eth10', set: { up: true } },
    { do: 'add link', link: { kind: 'bridge', name: 'br0', up: true } },
    ...neighbours.map((neighbour) => ({ do: 'set neighbour', neighbour }) as const),
    ...addresses.map((address) => ({ do: 'add address', address }) as const),
    ...routes.map((route) => ({ do: 'add route', route }) as const),
  ]
  for (const operation of operations) (await made.host.change(operation))._unsafeUnwrap()
  return made
}

async function of(host: Netns, dev: string) {
  const addresses = (await host.addresses(dev))._unsafeUnwrap()
  const inet = (await host.routes({ family: 'inet', dev, tables: 'all' }))._unsafeUnwrap()
  const inet6 = (await host.routes({ family: 'inet6', dev, tables: 'all' }))._unsafeUnwrap()
  return {
    addresses: addresses.filter(({ address }) => !address.startsWith('fe80:')),
    neighbours: (await host.neighbours(dev))._unsafeUnwrap(),
    routes: [...inet, ...inet6].filter(({ protocol, metric }) => protocol !== 'kernel' || metric === 7),
  }
}

test('hands everything over, and back', async () => {
  const { host } = await newHostWithCard()
  ;(await step.apply(host, () => {}))._unsafeUnwrap()
  expect(await of(host, 'br0')).toEqual(at('br0'))
  expect(await of(host, 'eth10')).toEqual({ addresses: [], neighbours: [], routes: [] })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  expect(await of(host, 'eth10')).toEqual(at('eth10'))
  expect(await of(host, 'br0')).toEqual({ addresses: [], neighbours: [], routes: [] })
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
})

test('failing at any operation it puts everything back, and at none of them anything is on neither link', async () => {
  for (let nth = 1; ; nth += 1) {
    const { kernel, host } = await newHostWithCard()
    const before = kernel.state()
    const result = await apply([step], failing(host, nth))
    if (result.isOk()) {
      expect(nth).toBe(18)
      return
    }
    expect(result.error.rollback.failed).toEqual([])
    expect(kernel.state()).toEqual(before)
  }
})

test('goes on where it was interrupted', async () => {
  for (let nth = 1; nth < 18; nth += 1) {
    const { host } = await newHostWithCard()
    await step.apply(failing(host, nth), () => {})
    const both = [await of(host, 'br0'), await of(host, 'eth10')]
    for (const { address } of at('br0').addresses) {
      expect(both.flatMap(({ addresses }) => addresses.map((each) => each.address))).toContain(address)
    }
    expect(both.flatMap(({ routes }) => routes)).toHaveLength(5)
    ;(await step.apply(host, () => {}))._unsafeUnwrap()
    expect(await of(host, 'br0')).toEqual(at('br0'))
  }
})

test('a revert without the links does nothing', async () => {
  const { host } = await newHost()
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
})
