import { failing, type Netns, type Operation } from '@vpc-bridge/kernel'
import { apply } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { transfer } from '../src/index.ts'
import { newHost } from './host.ts'

const step = transfer({ from: 'eth10', to: 'br0' })
const at = (dev: string) =>
  ({
    addresses: [
      {
        dev,
        address: '192.168.1.42/24',
        broadcast: '192.168.1.255',
        label: `${dev}:1`,
        validSeconds: 3600,
        preferredSeconds: 1800,
      },
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
        weight: 3,
        furtherHops: [
          { dev: 'eth11', onlink: false },
          { dev, gateway: '192.168.1.2', onlink: false },
        ],
        metrics: { mtu: 1500, lock: 4, advmss: 1460, initcwnd: 40 },
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
      {
        destination: '::/0',
        gateway: 'fd00::1',
        dev,
        onlink: false,
        scope: 'global',
        protocol: 'boot',
        metric: 1024,
        expiresSeconds: 600,
        preference: 'high',
      },
    ],
  }) as const

/** A host whose network card has addresses and routes, and a bridge that has none. */
async function newHostWithCard() {
  const made = await newHost()
  made.kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:10' })
  const { addresses, neighbours, routes } = at('eth10')
  const operations: readonly Operation[] = [
    { do: 'set link', name: 'eth10', set: { up: true } },
    { do: 'add link', link: { kind: 'dummy', name: 'eth11', up: true } },
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

test('hands no routes back to a link that has been switched off, but leaves those by others', async () => {
  const { host } = await newHostWithCard()
  ;(await step.apply(host, () => {}))._unsafeUnwrap()
  ;(await host.change({ do: 'set link', name: 'eth10', set: { up: false } }))._unsafeUnwrap()
  expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
  const nothing = { addresses: [], neighbours: [], routes: [] }
  expect(await of(host, 'br0')).toEqual(nothing)
  expect(await of(host, 'eth10')).toEqual({ ...at('eth10'), routes: [] })
  const { weight: _, furtherHops: __, gateway: ___, ...rest } = at('eth10').routes[2]
  expect(await of(host, 'eth11')).toEqual({ ...nothing, routes: [{ ...rest, dev: 'eth11' }] })
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

test('a label that would be too long is refused, and nothing changed', async () => {
  const { kernel, host } = await newHostWithCard()
  const address = { dev: 'eth10', address: '10.5.0.1/24', label: 'eth10:123456789' }
  ;(await host.change({ do: 'add address', address }))._unsafeUnwrap()
  ;(await host.change({ do: 'add link', link: { kind: 'bridge', name: 'vpcbr20' } }))._unsafeUnwrap()
  const before = kernel.state()
  const error = (await transfer({ from: 'eth10', to: 'vpcbr20' }).apply(host, () => {}))._unsafeUnwrapErr()
  expect(error).toMatchObject({ errno: 'ERANGE', object: 'label vpcbr20:123456789' })
  expect(kernel.state()).toEqual(before)
})

test('what the kernel gives to no link is refused, named, and nothing changed', async () => {
  for (const [kind, object] of [
    ['addresses', 'address 192.168.1.42/24 on eth10'],
    ['routes', 'route 10.7.0.0/24 on eth10'],
  ] as const) {
    const { kernel, host } = await newHostWithCard()
    const strange = <T extends object>(all: readonly T[]) => all.map((each) => ({ ...each, unknown: ['nhid'] }))
    const reading: Netns = {
      ...host,
      addresses: (dev) => host.addresses(dev).map((all) => (kind === 'addresses' ? strange(all) : all)),
      routes: (query) => host.routes(query).map((all) => (kind === 'routes' ? strange(all) : all)),
    }
    const before = kernel.state()
    const error = (await step.apply(reading, () => {}))._unsafeUnwrapErr()
    expect(error).toMatchObject({ errno: 'EOPNOTSUPP', object, message: expect.stringContaining('nhid') })
    expect(kernel.state()).toEqual(before)
  }
})

test('a revert without the links does nothing', async () => {
  const { host } = await newHost()
  expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
})
