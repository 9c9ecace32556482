import { failing, type Netns, type Operation } from '@vpc-bridge/kernel'
import { createMemoryKernel } from '@vpc-bridge/kernel/memory'
import { apply } from '@vpc-bridge/step'
import { expect, test } from 'vitest'
import { linkMoved } from '../src/index.ts'

const mac = '02:00:00:00:00:10'
const step = linkMoved({ name: 'eth1', mac, netns: '/away', as: 'eth0' })
const route = { dev: 'eth1', onlink: false, protocol: 'static', metric: 7 } as const

async function newHost({ many = false } = {}) {
  const kernel = createMemoryKernel()
  kernel.addNetns('/home')
  kernel.addNetns('/away')
  kernel.addPhysicalLink('/home', { name: 'eth0', mac: '02:00:00:00:00:01' })
  kernel.addPhysicalLink('/home', { name: 'eth1', mac, mtu: 9001 })
  const home = (await kernel.open('/home'))._unsafeUnwrap()
  const away = (await kernel.open('/away'))._unsafeUnwrap()
  const furniture: readonly Operation[] = [
    { do: 'set link', name: 'eth1', set: { up: true, alias: 'uplink = 1, left' } },
    { do: 'write sysctl', path: 'net/ipv4/conf/eth1/forwarding', value: '1' },
    { do: 'add address', address: { dev: 'eth1', address: '192.168.1.42/24', broadcast: '192.168.1.255' } },
    ...Array.from(
      { length: many ? 30 : 0 },
      (_, n) => ({ do: 'add address', address: { dev: 'eth1', address: `10.7.0.${n}/32` } }) as const,
    ),
    { do: 'add route', route: { ...route, destination: '10.0.0.0/8', gateway: '192.168.1.1', scope: 'global' } },
    { do: 'add route', route: { ...route, destination: '10.9.0.0/16', scope: 'link', table: 1077 } },
    { do: 'set neighbour', neighbour: { dev: 'eth1', address: '192.168.1.9', mac: '02:00:00:00:00:09' } },
  ]
  for (const operation of furniture) (await home.change(operation))._unsafeUnwrap()
  return { kernel, home, away, before: withoutIndexes(kernel.state()) }
}

/** The order in which links are listed, and their indexes, are others when one has been away. */
function withoutIndexes(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state), (key, value) => {
    if (key === 'index') return undefined
    return key === 'links' ? value.toSorted((one: Named, other: Named) => one.name.localeCompare(other.name)) : value
  })
}

interface Named {
  readonly name: string
}

async function namesIn(netns: Netns) {
  return (await netns.links())._unsafeUnwrap().map(({ name }) => name)
}

test.each([{ many: false }, { many: true }])(
  'A link moves under another name with nothing, and comes home with all (%o).',
  async (options) => {
    const { kernel, home, away, before } = await newHost(options)
    ;(await apply([step], home))._unsafeUnwrap()
    expect(await namesIn(home)).toEqual(['lo', 'eth0'])
    const moved = (await away.link('eth0'))._unsafeUnwrap()
    expect(moved).toMatchObject({ name: 'eth0', mac, mtu: 9001, up: false })
    expect((await away.addresses('eth0'))._unsafeUnwrap()).toEqual([])
    ;(await apply([step], failing(home, 1)))._unsafeUnwrap()
    await away.change({ do: 'set link', name: 'eth0', set: { up: true, mtu: 1500 } })
    await away.change({ do: 'add address', address: { dev: 'eth0', address: '10.1.0.5/24' } })
    expect((await step.revert(home))._unsafeUnwrap()).toBe('removed')
    expect(withoutIndexes(kernel.state())).toEqual(before)
    expect((await step.revert(home))._unsafeUnwrap()).toBe('absent')
  },
)

test('A link comes home after its namespace has died, from whatever name the kernel has given it.', async () => {
  const { kernel, home, before } = await newHost()
  ;(await apply([step], home))._unsafeUnwrap()
  kernel.removeNetns('/away')
  // Its name in the container is that of another card here.
  expect(await namesIn(home)).toEqual(['lo', 'eth0', 'dev3'])
  expect((await step.revert(home))._unsafeUnwrap()).toBe('removed')
  kernel.addNetns('/away')
  expect(withoutIndexes(kernel.state())).toEqual(before)
})

test.each(['lives', 'has died'])(
  'A link whose name at home is taken comes home under another one (its namespace %s).',
  async (state) => {
    const { kernel, home, away } = await newHost()
    ;(await apply([step], home))._unsafeUnwrap()
    kernel.addPhysicalLink('/home', { name: 'eth1', mac: '02:00:00:00:00:99' })
    if (state === 'has died') kernel.removeNetns('/away')
    expect((await step.revert(home))._unsafeUnwrap()).toBe('removed')
    expect(await namesIn(away)).toEqual(['lo'])
    const back = (await home.links())._unsafeUnwrap().find((link) => link.mac === mac)
    expect(back).toMatchObject({ name: 'dev3', up: true, mtu: 9001, alias: 'uplink = 1, left', altNames: [] })
    const addresses = (await home.addresses('dev3'))._unsafeUnwrap().map(({ address }) => address)
    expect(addresses).toContain('192.168.1.42/24')
    expect((await home.routes({ family: 'inet', dev: 'dev3', tables: 'all' }))._unsafeUnwrap()).toHaveLength(3)
  },
)

test('A move that fails at any change leaves everything as it was.', async () => {
  for (const many of [false, true]) {
    for (let nth = 1; ; nth += 1) {
      const { kernel, home, before } = await newHost({ many })
      const applied = await apply([step, failingStep], failing(home, nth))
      if (applied.isErr() && applied.error.kind === 'step failed' && applied.error.cause.message === 'at the end') break
      expect(withoutIndexes(kernel.state()), `at change ${nth}`).toEqual(before)
    }
  }
})

/** Fails, so that all is taken back. */
const failingStep: typeof step = {
  name: 'the end',
  apply: (home) =>
    home
      .open('/nowhere')
      .mapErr((error) => ({ ...error, message: 'at the end' }))
      .map(() => undefined),
  revert: (home) => step.revert(home),
}

test('A move that is taken back brings the link home as it was.', async () => {
  const { kernel, home, before } = await newHost()
  expect((await apply([step, failingStep], home)).isErr()).toBe(true)
  expect(withoutIndexes(kernel.state())).toEqual(before)
})

test('A link of another MAC address, or that is there without a record, is not taken for it.', async () => {
  const { kernel, home, away } = await newHost()
  const other = linkMoved({ name: 'eth1', mac: '02:00:00:00:00:98', netns: '/away', as: 'eth0' })
  expect((await other.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'ENODEV' })
  ;(await apply([step], home))._unsafeUnwrap()
  expect((await other.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'EEXIST' })
  expect((await other.revert(home))._unsafeUnwrap()).toBe('absent')
  await away.change({ do: 'set link', name: 'eth0', set: { alias: '' } })
  const before = kernel.state()
  expect((await step.apply(home, () => {}))._unsafeUnwrapErr()).toMatchObject({ errno: 'EEXIST' })
  expect((await step.revert(home))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})
