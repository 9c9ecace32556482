import { failing, type Netns, type Operation } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { apply } from '@vpc-bridge/step'
import { afterEach, expect, test, vi } from 'vitest'
import { linkMovedWithConfiguration } from '../src/index.ts'

const step = linkMovedWithConfiguration({ name: 'eth10', netns: '/away' })
const dev = 'eth10'
const gateway = '192.168.1.1'
const furniture: readonly Operation[] = [
  { do: 'set link', name: dev, set: { up: true, alias: 'uplink = 1, left' } },
  { do: 'write sysctl', path: 'net/ipv4/conf/eth10/forwarding', value: '1' },
  { do: 'add address', address: { dev, address: '192.168.1.42/24', broadcast: '192.168.1.255' } },
  { do: 'add address', address: { dev, address: 'fd00::2/64', metric: 512 } },
  { do: 'add address', address: { dev, address: '10.7.0.1/24', noPrefixRoute: true } },
  { do: 'add address', address: { dev, address: '10.8.0.1/32', peer: '10.8.0.2' } },
  {
    do: 'add route',
    route: { destination: '0.0.0.0/0', gateway, dev, onlink: true, scope: 'global', protocol: 'static', metric: 7 },
  },
  {
    do: 'add route',
    route: {
      destination: '0.0.0.0/0',
      gateway,
      dev,
      onlink: false,
      scope: 'global',
      protocol: 'boot',
      metric: 0,
      table: 10001,
    },
  },
]

afterEach(() => {
  vi.useRealTimers()
})

async function newHost(operations = furniture) {
  const kernel = createMemoryKernel()
  kernel.addNetns('/home')
  kernel.addNetns('/away')
  kernel.addPhysicalLink('/home', { name: dev, mac: '02:00:00:00:00:10' })
  const home = (await kernel.open('/home'))._unsafeUnwrap()
  const away = (await kernel.open('/away'))._unsafeUnwrap()
  for (const operation of operations) (await home.change(operation))._unsafeUnwrap()
  return { kernel, home, away }
}

async function furnitureOf(netns: Netns) {
  return {
    up: (await netns.link(dev))._unsafeUnwrap()?.up,
    addresses: (await netns.addresses(dev))._unsafeUnwrap().filter(({ address }) => !address.startsWith('fe80')),
    neighbours: (await netns.neighbours(dev))._unsafeUnwrap(),
    routes: (await netns.routes({ family: 'inet', dev, tables: 'all' }))
      ._unsafeUnwrap()
      .toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
  }
}

test('takes addresses and routes along, and brings everything home', async () => {
  const { kernel, home, away } = await newHost()
  const before = kernel.state()
  const had = await furnitureOf(home)
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  expect((await home.link(dev))._unsafeUnwrap()).toBeUndefined()
  expect(await furnitureOf(away)).toEqual(had)
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  expect(await furnitureOf(away)).toEqual(had)
  expect((await step.revert(home))._unsafeUnwrap()).toBe('removed')
  expect((await step.revert(home))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})

test('settings come home whatever characters the name has', async () => {
  const { kernel, home } = await newHost([])
  const name = 'e$&x'
  kernel.addPhysicalLink('/home', { name, mac: '02:00:00:00:00:11' })
  const setting = { do: 'write sysctl', path: `net/ipv4/conf/${name}/forwarding`, value: '1' } as const
  ;(await home.change(setting))._unsafeUnwrap()
  const before = kernel.state()
  const strange = linkMovedWithConfiguration({ name, netns: '/away' })
  ;(await strange.apply(home, () => {}))._unsafeUnwrap()
  ;(await strange.revert(home))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test.each([
  ['disable_ipv6', 'net/ipv6/conf/eth10/disable_ipv6', '1'],
  ['rp_filter', 'net/ipv4/conf/eth10/rp_filter', '2'],
  ['arp_ignore', 'net/ipv4/conf/eth10/arp_ignore', '1'],
  ['arp_announce', 'net/ipv4/conf/eth10/arp_announce', '2'],
  ['proxy_arp', 'net/ipv4/conf/eth10/proxy_arp', '1'],
  ['addr_gen_mode', 'net/ipv6/conf/eth10/addr_gen_mode', '1'],
])('%s comes home', async (_, path, value) => {
  const { kernel, home } = await newHost([...furniture.slice(0, 3), { do: 'write sysctl', path, value }])
  const before = kernel.state()
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  ;(await step.revert(home))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
  expect((await home.sysctl(path))._unsafeUnwrap()).toBe(value)
})

test('a link that did not forward at home forwards there when everything does by now', async () => {
  for (const family of ['ipv4', 'ipv6']) {
    const { home } = await newHost([])
    ;(await step.apply(home, () => {}))._unsafeUnwrap()
    await home.change({ do: 'write sysctl', path: `net/${family}/conf/all/forwarding`, value: '1' })
    ;(await step.revert(home))._unsafeUnwrap()
    expect((await home.sysctl(`net/${family}/conf/eth10/forwarding`))._unsafeUnwrap()).toBe('1')
  }
})

test('IPv6 that is switched on for the link alone is on again before its addresses come', async () => {
  const off = { do: 'write sysctl', path: 'net/ipv6/conf/default/disable_ipv6', value: '1' } as const
  const { kernel, home } = await newHost([off, ...furniture])
  const before = kernel.state()
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  ;(await step.revert(home))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test('permanent neighbours go along, and come home', async () => {
  const neighbour = { dev, address: gateway, mac: '02:00:00:00:00:01' }
  const { kernel, home, away } = await newHost([...furniture.slice(0, 3), { do: 'set neighbour', neighbour }])
  const before = kernel.state()
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  expect((await away.neighbours(dev))._unsafeUnwrap()).toEqual([neighbour])
  ;(await step.revert(home))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test('an alias that only begins like a record is none', async () => {
  const { home } = await newHost([])
  const alias = 'home of=1 arrived=1 up=1 set= at= via= alias=%zz'
  ;(await home.change({ do: 'set link', name: dev, set: { alias } }))._unsafeUnwrap()
  expect((await step.revert(home))._unsafeUnwrap()).toBe('absent')
})

test('a link that was down and bare is up when it is away, and down and bare at home', async () => {
  const { kernel, home, away } = await newHost([])
  const before = kernel.state()
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  expect(await furnitureOf(away)).toEqual({ up: true, addresses: [], routes: [], neighbours: [] })
  ;(await step.revert(home))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test('failing at any operation it puts everything back', async () => {
  for (let nth = 1; ; nth += 1) {
    const { kernel, home } = await newHost()
    const before = kernel.state()
    const result = await apply([step], failing(home, nth))
    if (result.isOk()) {
      expect(nth).toBeGreaterThan(5)
      return
    }
    expect(result.error.rollback.failed).toEqual([])
    expect(kernel.state()).toEqual(before)
  }
})

test('killed at any operation, on the way there or back, it can be brought home', async () => {
  for (const reverted of [false, true]) {
    for (let nth = 1; nth < 9; nth += 1) {
      const { kernel, home } = await newHost()
      const before = kernel.state()
      if (reverted) {
        await step.apply(home, () => {})
        await step.revert(failing(home, nth))
      } else await step.apply(failing(home, nth), () => {})
      ;(await step.revert(home))._unsafeUnwrap()
      expect(kernel.state()).toEqual(before)
    }
  }
})

/** More than an alias has room for. */
const many: readonly Operation[] = Array.from({ length: 40 }, (_, n) => ({
  do: 'add address',
  address: { dev, address: `10.0.${n}.1/24`, broadcast: `10.0.${n}.255` },
}))

test('what does not fit its alias is remembered in alternative names', async () => {
  const { kernel, home, away } = await newHost([...furniture, ...many])
  ;(await home.change({ do: 'add altname', name: dev, altName: 'enp1s0' }))._unsafeUnwrap()
  const before = kernel.state()
  const had = await furnitureOf(home)
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  expect(await furnitureOf(away)).toEqual(had)
  expect((await step.revert(home))._unsafeUnwrap()).toBe('removed')
  expect(kernel.state()).toEqual(before)
})

test('failing or killed at any operation with much to remember, it leaves all as it was, or can be brought home', async () => {
  const make = () => newHost([...furniture, ...many.slice(0, 8)])
  for (let nth = 1, isDone = false; !isDone; nth += 1) {
    const failed = await make()
    const before = failed.kernel.state()
    const result = await apply([step], failing(failed.home, nth))
    isDone = result.isOk()
    if (result.isErr()) {
      expect(result.error.rollback.failed).toEqual([])
      expect(failed.kernel.state()).toEqual(before)
    }
    const killed = await make()
    await step.apply(failing(killed.home, nth), () => {})
    await step.revert(failing(killed.home, nth))
    ;(await step.revert(killed.home))._unsafeUnwrap()
    expect(killed.kernel.state()).toEqual(before)
    if (isDone) expect(nth).toBeGreaterThan(15)
  }
})

test('what is left over of a record gives way to the next', async () => {
  const { kernel, home } = await newHost([...furniture, ...many.slice(0, 20)])
  const before = kernel.state()
  await step.apply(failing(home, 4), () => {})
  for (const { address } of many.slice(0, 5).flatMap((each) => (each.do === 'add address' ? [each] : []))) {
    ;(await home.change({ do: 'delete address', address }))._unsafeUnwrap()
  }
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  ;(await step.revert(home))._unsafeUnwrap()
  for (const each of many.slice(0, 5)) await home.change(each)
  expect(kernel.state()).toEqual(before)
})

test('what no alias and no names have room for is refused, and nothing changed', async () => {
  const { kernel, home } = await newHost()
  for (let n = 0; n < 1000; n += 1) {
    const neighbour = { dev, address: `10.0.${n >> 8}.${n & 255}`, mac: '02:00:00:00:00:09' }
    ;(await home.change({ do: 'set neighbour', neighbour }))._unsafeUnwrap()
  }
  const before = kernel.state()
  expect((await step.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'E2BIG' })
  expect(kernel.state()).toEqual(before)
})

test('lifetimes, labels, metrics, several next hops and expiries go along, and come home', async () => {
  const route = { dev, onlink: false, scope: 'global', protocol: 'boot', metric: 0 } as const
  const { kernel, home, away } = await newHost([
    ...furniture,
    {
      do: 'add address',
      address: { dev, address: '10.1.0.1/24', label: 'eth10:1', validSeconds: 3600, preferredSeconds: 9 },
    },
    { do: 'add route', route: { ...route, destination: '10.5.0.0/16', gateway, metrics: { mtu: 1400, lock: 4 } } },
    {
      do: 'add route',
      route: {
        ...route,
        destination: '10.6.0.0/16',
        gateway,
        weight: 3,
        furtherHops: [{ dev, gateway: '10.1.0.9', onlink: false }],
      },
    },
    {
      do: 'add route',
      route: { ...route, destination: 'fd09::/64', gateway: 'fd00::1', metric: 1024, expiresSeconds: 99 },
    },
  ])
  vi.setSystemTime(1_790_000_000_000)
  const before = kernel.state()
  const had = await furnitureOf(home)
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  expect(await furnitureOf(away)).toEqual(had)
  vi.setSystemTime(1_790_000_005_000)
  ;(await step.revert(home))._unsafeUnwrap()
  const left = (text: string) =>
    text.replace('3595', '3600').replace('"preferredSeconds":4', '"preferredSeconds":9').replace(':94', ':99')
  expect(JSON.parse(left(JSON.stringify(kernel.state())))).toEqual(before)
})

test('what has expired meanwhile does not come home, nor do routes that need it', async () => {
  const { home } = await newHost([
    { do: 'set link', name: dev, set: { up: true } },
    { do: 'add address', address: { dev, address: '192.168.1.42/24', validSeconds: 3600, preferredSeconds: 3600 } },
    {
      do: 'add route',
      route: { destination: '0.0.0.0/0', gateway, dev, onlink: false, scope: 'global', protocol: 'boot', metric: 0 },
    },
  ])
  vi.setSystemTime(1_790_000_000_000)
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  vi.setSystemTime(1_790_000_000_000 + 3_600_000)
  expect((await step.revert(home))._unsafeUnwrap()).toBe('removed')
  expect(await furnitureOf(home)).toMatchObject({ up: true, addresses: [], routes: [] })
})

test('a route by another link, too, is refused, and nothing changed', async () => {
  const { kernel, home } = await newHost()
  kernel.addPhysicalLink('/home', { name: 'eth11', mac: '02:00:00:00:00:11' })
  ;(await home.change({ do: 'set link', name: 'eth11', set: { up: true } }))._unsafeUnwrap()
  const route = { destination: '10.5.0.0/16', scope: 'link', protocol: 'boot', metric: 0 } as const
  const hops = { dev: 'eth11', onlink: false, furtherHops: [{ dev, onlink: false }] }
  ;(await home.change({ do: 'add route', route: { ...route, ...hops } }))._unsafeUnwrap()
  const before = kernel.state()
  const error = (await step.apply(home, () => {}))._unsafeUnwrapErr()
  expect(error).toMatchObject({ errno: 'EOPNOTSUPP', message: expect.stringContaining('10.5.0.0/16') })
  expect(kernel.state()).toEqual(before)
})

test('the MTU comes home, also when the namespace has gone', async () => {
  const { home, away } = await newHost()
  ;(await step.apply(home, () => {}))._unsafeUnwrap()
  ;(await away.change({ do: 'set link', name: dev, set: { mtu: 1400 } }))._unsafeUnwrap()
  ;(await away.change({ do: 'move link', name: dev, netns: '/home' }))._unsafeUnwrap()
  ;(await step.revert(home))._unsafeUnwrap()
  expect((await home.link(dev))._unsafeUnwrap()).toMatchObject({ mtu: 1500 })
})

test('a link that is nowhere is ENODEV; when the namespace is gone, so is the link', async () => {
  const { kernel, home } = await newHost()
  const missing = linkMovedWithConfiguration({ name: 'eth11', netns: '/away' })
  expect((await missing.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
  kernel.removeNetns('/away')
  expect((await missing.revert(home))._unsafeUnwrap()).toBe('absent')
})
