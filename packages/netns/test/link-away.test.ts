import { failing, type Netns, type Operation } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { apply } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { linkAway } from '../src/index.ts'

const step = linkAway({ name: 'eth10', netns: '/away' })
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
    routes: (await netns.routes({ family: 'inet', dev, tables: 'all' }))._unsafeUnwrap(),
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
  const strange = linkAway({ name, netns: '/away' })
  ;(await strange.apply(home, () => {}))._unsafeUnwrap()
  ;(await strange.revert(home))._unsafeUnwrap()
  expect(kernel.state()).toEqual(before)
})

test.each([
  ['disable_ipv6', 'net/ipv6/conf/eth10/disable_ipv6', '1'],
  ['rp_filter', 'net/ipv4/conf/eth10/rp_filter', '2'],
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

test('what does not fit its alias is refused, and nothing changed', async () => {
  const { kernel, home } = await newHost()
  for (let n = 0; n < 9; n += 1) {
    await home.change({ do: 'add address', address: { dev, address: `10.0.${n}.1/24`, broadcast: `10.0.${n}.255` } })
  }
  const before = kernel.state()
  expect((await step.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'E2BIG' })
  expect(kernel.state()).toEqual(before)
})

test('a link that is nowhere is ENODEV; when the namespace is gone, so is the link', async () => {
  const { kernel, home } = await newHost()
  const missing = linkAway({ name: 'eth11', netns: '/away' })
  expect((await missing.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
  kernel.removeNetns('/away')
  expect((await missing.revert(home))._unsafeUnwrap()).toBe('absent')
})
