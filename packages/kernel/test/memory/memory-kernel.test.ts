import { expect, test } from 'vitest'
import { createMemoryKernel } from '../../src/memory.ts'
import { bridge, failure, host, pairToBlue, perform, value } from '../host.ts'

test('a network card is a link without a kind, which no one can delete but who pulls it out', async () => {
  const { kernel, netns } = await host()
  expect(await value(netns.link('eth10'))).toEqual({
    index: 2,
    name: 'eth10',
    altNames: [],
    mac: '02:00:00:00:00:10',
    mtu: 9001,
    up: false,
  })
  expect(await failure(netns.change({ do: 'delete link', name: 'eth10' }))).toMatchObject({ errno: 'EOPNOTSUPP' })
  await perform(netns, { do: 'add address', address: { dev: 'eth10', address: '10.0.0.1/24' } })
  kernel.removePhysicalLink('/host', 'eth10')
  expect(await value(netns.link('eth10'))).toBeUndefined()
  expect(await value(netns.addresses())).toEqual([])
  expect(await failure(netns.sysctl('net/ipv4/conf/eth10/forwarding'))).toMatchObject({ errno: 'ENOENT' })
})

test('a driver may be missing', async () => {
  const kernel = createMemoryKernel({ missingDrivers: ['dummy'] })
  kernel.addNetns('/host')
  const netns = await value(kernel.open('/host'))
  const dummy = { do: 'add link', link: { kind: 'dummy', name: 'd0' } } as const
  expect(await failure(netns.change(dummy))).toMatchObject({ errno: 'EOPNOTSUPP' })
  await perform(netns, { ...dummy, link: { kind: 'ifb', name: 'd0' } })
})

test('with the last path of a namespace goes its end of a pair, and so the other', async () => {
  const { kernel, netns } = await host()
  await perform(netns, pairToBlue)
  kernel.linkNetns('/blue', '/also-blue')
  kernel.removeNetns('/blue')
  expect(await value(netns.link('near'))).toMatchObject({ name: 'near' })
  kernel.removeNetns('/also-blue')
  expect(await value(netns.link('near'))).toBeUndefined()
})

test('the state is equal when everything is as it was, and only then', async () => {
  const { kernel, netns } = await host()
  const before = kernel.state()
  await perform(netns, pairToBlue, { do: 'write sysctl', path: 'net/ipv4/conf/eth10/forwarding', value: '1' })
  expect(kernel.state()).not.toEqual(before)
  await perform(netns, { do: 'delete link', name: 'near' })
  expect(kernel.state()).not.toEqual(before)
  await perform(netns, { do: 'write sysctl', path: 'net/ipv4/conf/eth10/forwarding', value: '0' })
  expect(kernel.state()).toEqual(before)
})

test('the MAC addresses that it invents differ, and are the same in each run', async () => {
  const macs = async () => {
    const { netns } = await host()
    await perform(netns, bridge('br0'), bridge('br1'))
    return (await value(netns.links())).map(({ mac }) => mac)
  }
  const [first, second] = [await macs(), await macs()]
  expect(second).toEqual(first)
  expect(new Set(first).size).toBe(first.length)
})

test('hostile text is refused, and changes nothing', async () => {
  const { kernel, netns } = await host()
  const before = kernel.state()
  const addresses = [
    '',
    '/',
    '10.0.0.1',
    '10.0.0.1/33',
    '10.1/8',
    '0x0a000001/8',
    'fd00::1/129',
    'fe80::1%eth10/64',
    'x',
  ]
  for (const address of addresses) {
    const added = netns.change({ do: 'add address', address: { dev: 'eth10', address } })
    expect(await failure(added), address).toMatchObject({ errno: 'EINVAL' })
  }
  for (const name of ['__proto__/x', 'a\u0000b/', '../x', 'a\nb']) {
    expect(await failure(netns.change(bridge(name))), name).toMatchObject({ errno: 'EINVAL' })
  }
  expect(kernel.state()).toEqual(before)
})

test('an IPv6 address with a peer brings a route to that, too, and takes it along', async () => {
  const { netns } = await host()
  const address = { dev: 'eth10', address: 'fd08::1/64', peer: 'fd08:0:0:1::2' }
  await perform(netns, { do: 'set link', name: 'eth10', set: { up: true } }, { do: 'add address', address })
  const destinations = async () =>
    (await value(netns.routes({ family: 'inet6' })))
      .map(({ destination }) => destination)
      .filter((each) => !each.startsWith('fe80:'))
  expect(await destinations()).toEqual(['fd08::/64', 'fd08:0:0:1::2/128'])
  await perform(netns, { do: 'delete address', address })
  expect(await destinations()).toEqual([])
})
