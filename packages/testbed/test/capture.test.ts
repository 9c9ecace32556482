import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { captureState, createWorld, inside, output, type World, writeSysctl } from '../src/index.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.destroy())

const ip = (...args: string[]) => output(inside(world.host, ['ip', ...args]))

describe('captureState', () => {
  test.each([
    ['a link', 'link add x type ifb', 'link delete x'],
    ['an MTU', 'link set lo mtu 1400', 'link set lo mtu 65536'],
    ['a link that is down', 'link set lo down', 'link set lo up'],
    ['an alias', 'link set lo alias x', ['link', 'set', 'lo', 'alias', '']],
    ['an alternative name', 'link property add dev lo altname other', 'link property del dev lo altname other'],
    ['promiscuity', 'link set eth10 promisc on', 'link set eth10 promisc off'],
    ['an address', 'address add 10.9.9.9/32 dev lo', 'address delete 10.9.9.9/32 dev lo'],
    ['an IPv6 address', 'address add fd00::9/128 dev lo', 'address delete fd00::9/128 dev lo'],
    ['a route', 'route add 10.9.9.9/32 dev eth10', 'route delete 10.9.9.9/32'],
    ['an IPv6 route', 'route add fd00::9/128 dev eth10', 'route delete fd00::9/128'],
    ['a route of another table', 'route add 10.9.9.9/32 dev eth10 table 77', 'route delete 10.9.9.9/32 table 77'],
    [
      'a neighbour',
      'neighbour add 10.9.9.9 lladdr 02:00:00:00:00:99 dev eth10 nud permanent',
      'neighbour delete 10.9.9.9 dev eth10',
    ],
    ['a neighbour by proxy', 'neighbour add proxy 10.9.9.9 dev eth10', 'neighbour delete proxy 10.9.9.9 dev eth10'],
  ])('sees %s come and go', async (_, change, undo) => {
    const words = (command: string | readonly string[]) => (typeof command === 'string' ? command.split(' ') : command)
    const before = await captureState(world.host)
    await ip(...words(change))
    expect(await captureState(world.host)).not.toEqual(before)
    await ip(...words(undo))
    expect(await captureState(world.host)).toEqual(before)
  })

  test.each([
    ['ipv4/conf/eth10/forwarding', '0', '1'],
    ['ipv4/conf/eth10/proxy_arp', '0', '1'],
    ['ipv4/neigh/eth10/proxy_delay', '80', '0'],
    ['ipv6/conf/eth10/forwarding', '0', '1'],
    ['ipv6/conf/eth10/accept_ra', undefined, '2'],
  ])('sees the setting %s', async (path, initial, changed) => {
    const before = await captureState(world.host)
    const value = before.sysctls[path] ?? ''
    if (initial !== undefined) expect(value).toBe(initial)
    await writeSysctl(world.host, `net/${path}`, changed)
    expect((await captureState(world.host)).sysctls).toEqual({ ...before.sysctls, [path]: changed })
    await writeSysctl(world.host, `net/${path}`, value)
    expect(await captureState(world.host)).toEqual(before)
  })

  test('sees settings of a bridge and of its port, but not their timers', async () => {
    await ip('link', 'add', 'bridge', 'up', 'type', 'bridge')
    await ip('link', 'add', 'port', 'up', 'master', 'bridge', 'type', 'ifb')
    const before = await captureState(world.host)
    expect(JSON.stringify(before.links)).not.toContain('_timer')
    await ip('link', 'set', 'bridge', 'type', 'bridge', 'ageing_time', '10000')
    const aged = await captureState(world.host)
    expect(aged).not.toEqual(before)
    await ip('link', 'set', 'port', 'type', 'bridge_slave', 'hairpin', 'on')
    expect(await captureState(world.host)).not.toEqual(aged)
    await ip('link', 'delete', 'bridge')
    await ip('link', 'delete', 'port')
  })

  test('waits until the kernel has tried an address', async () => {
    const { beyond } = world
    await writeSysctl(beyond, 'net/ipv6/conf/all/accept_dad', '1')
    await writeSysctl(beyond, 'net/ipv6/conf/eth0/accept_dad', '1')
    const add = inside(beyond, ['ip', 'address', 'add', 'fd00::1/64', 'dev', 'eth0'])
    await output(add)
    const shown = await output(inside(beyond, ['ip', '-json', 'address', 'show', 'dev', 'eth0', 'tentative']))
    expect(shown).toContain('fd00::1')
    const { addresses } = await captureState(beyond)
    expect(addresses.find(({ local }) => local === 'fd00::1')).toMatchObject({ dev: 'eth0', prefixlen: 64 })
    expect(addresses.filter(({ tentative }) => tentative)).toEqual([])
  })

  test('waits until the kernel has reported a carrier', async () => {
    const { router, beyond } = world
    const linkOf = async () => (await captureState(beyond)).links.find(({ ifname }) => ifname === 'eth0')
    await output(inside(router, ['ip', 'link', 'set', 'far', 'down']))
    expect((await linkOf())?.['flags']).toEqual(['NO-CARRIER', 'BROADCAST', 'MULTICAST', 'UP'])
    await output(inside(router, ['ip', 'link', 'set', 'far', 'up']))
    expect((await linkOf())?.['flags']).toEqual(['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'])
  })

  test('is not held up by an address where there is no carrier', async () => {
    await ip('link', 'add', 'alone', 'type', 'bridge')
    await writeSysctl(world.host, 'net/ipv6/conf/alone/accept_dad', '1')
    await ip('address', 'add', 'fd00::1/64', 'dev', 'alone')
    const { addresses } = await captureState(world.host)
    expect(addresses.find(({ dev }) => dev === 'alone')).toMatchObject({ local: 'fd00::1', tentative: true })
    await ip('link', 'delete', 'alone')
  })

  test('does not count down the lifetime of an address', async () => {
    await ip('address', 'add', '10.9.9.9/32', 'dev', 'lo', 'valid_lft', '1000', 'preferred_lft', '1000')
    const { addresses } = await captureState(world.host)
    const lifetimes = { valid_life_time: 'limited', preferred_life_time: 'limited' }
    expect(addresses.find(({ local }) => local === '10.9.9.9')).toMatchObject(lifetimes)
    await ip('address', 'delete', '10.9.9.9/32', 'dev', 'lo')
  })

  test('says which namespace is not there', async () => {
    await expect(captureState('/run/netns/no-such-namespace')).rejects.toThrow('no-such-namespace')
  })
})
