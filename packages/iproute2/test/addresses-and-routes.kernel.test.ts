import { linkConfigurationOf, type Route } from '@vpc-bridge/kernel'
import { describe, expect, it } from 'vitest'
import { byHand, errnoOf, ip, perform, world } from './scratch.ts'

/** A namespace with a bridge that is up and has no IPv6 address, and an alternative name. */
async function worldWithBridge() {
  const found = await world()
  await byHand(found.name, 'link', 'add', 'name', 'br0', 'type', 'bridge')
  await byHand(found.name, 'link', 'set', 'dev', 'br0', 'addrgenmode', 'none')
  await byHand(found.name, 'link', 'property', 'add', 'dev', 'br0', 'altname', 'bridge')
  await byHand(found.name, 'link', 'set', 'dev', 'br0', 'up')
  return found
}

const route: Route = {
  destination: '10.5.0.0/24',
  dev: 'br0',
  onlink: false,
  scope: 'link',
  protocol: 'boot',
  metric: 0,
}

describe('addresses', () => {
  it('adds, shows and deletes them', async () => {
    const { name, netns } = await worldWithBridge()
    const address = { dev: 'br0', address: '10.1.1.2/24', broadcast: '10.1.1.255' }
    await perform(
      netns,
      { do: 'add address', address },
      { do: 'add address', address: { dev: 'br0', address: 'fd00::2/64' } },
    )
    expect(await ip(name, 'address', 'show', 'dev', 'br0')).toMatchObject([
      {
        addr_info: [
          { local: '10.1.1.2', prefixlen: 24, broadcast: '10.1.1.255' },
          { local: 'fd00::2', prefixlen: 64 },
        ],
      },
    ])
    expect((await netns.addresses('bridge'))._unsafeUnwrap()).toEqual([address, { dev: 'br0', address: 'fd00::2/64' }])
    expect((await netns.addresses())._unsafeUnwrap()).toContainEqual(address)
    expect(await errnoOf(netns.change({ do: 'add address', address }))).toBe('EEXIST')
    await perform(netns, { do: 'delete address', address })
    expect(await errnoOf(netns.change({ do: 'delete address', address }))).toBe('EADDRNOTAVAIL')
    expect(await ip(name, 'address', 'show', 'dev', 'br0')).toMatchObject([{ addr_info: [{ local: 'fd00::2' }] }])
  })

  it('reports a missing link', async () => {
    const { netns } = await world()
    expect((await netns.addresses('nope'))._unsafeUnwrapErr().errno).toBe('ENODEV')
    const address = { dev: 'nope', address: '10.1.1.2/24' }
    expect(await errnoOf(netns.change({ do: 'add address', address }))).toBe('ENODEV')
  })
})

describe('routes', () => {
  it('adds and shows all that a route can say', async () => {
    const { name, netns } = await worldWithBridge()
    const address = { dev: 'br0', address: '10.1.1.2/32' }
    const [first, second, third]: readonly Route[] = [
      { ...route, destination: '10.5.0.9/32' },
      { ...route, protocol: 'static', scope: 'global', metric: 7, source: '10.1.1.2' },
      { ...route, destination: '0.0.0.0/0', gateway: '10.99.0.1', onlink: true, scope: 'global' },
    ]
    const sixth: Route = { ...route, destination: '::/0', gateway: 'fe80::1', scope: 'global', metric: 1024 }
    if (first === undefined || second === undefined || third === undefined) throw new Error('three routes')
    await perform(
      netns,
      { do: 'add address', address },
      { do: 'add route', route: first },
      { do: 'add route', route: second },
      { do: 'add route', route: third },
      { do: 'add route', route: sixth },
    )
    expect(await ip(name, 'route', 'show')).toEqual([
      {
        type: 'unicast',
        dst: 'default',
        gateway: '10.99.0.1',
        dev: 'br0',
        protocol: 'boot',
        scope: 'global',
        flags: ['onlink'],
      },
      {
        type: 'unicast',
        dst: '10.5.0.0/24',
        dev: 'br0',
        protocol: 'static',
        scope: 'global',
        metric: 7,
        prefsrc: '10.1.1.2',
        flags: [],
      },
      { type: 'unicast', dst: '10.5.0.9', dev: 'br0', protocol: 'boot', scope: 'link', flags: [] },
    ])
    expect((await netns.routes({ family: 'inet' }))._unsafeUnwrap()).toEqual([third, second, first])
    expect((await netns.routes({ family: 'inet6', destination: '::/0' }))._unsafeUnwrap()).toEqual([sixth])
    const query = { family: 'inet', destination: '10.5.0.9/32', dev: 'bridge' } as const
    expect((await netns.routes(query))._unsafeUnwrap()).toEqual([first])
    expect((await netns.routes({ ...query, destination: '10.5.0.0/16' }))._unsafeUnwrap()).toEqual([])
  })

  it('deletes just the route that it is told to', async () => {
    const { name, netns } = await worldWithBridge()
    const others: readonly Route[] = [
      { ...route, metric: 5 },
      { ...route, metric: 6, protocol: 'static' },
    ]
    for (const other of others) await perform(netns, { do: 'add route', route: other })
    expect(await errnoOf(netns.change({ do: 'delete route', route: { ...route, metric: 6 } }))).toBe('ESRCH')
    await perform(netns, { do: 'delete route', route: { ...route, metric: 6, protocol: 'static' } })
    expect(await ip(name, 'route', 'show')).toMatchObject([{ dst: '10.5.0.0/24', metric: 5 }])
  })

  it('tells why a route is refused', async () => {
    const { netns } = await worldWithBridge()
    await perform(netns, { do: 'add route', route })
    const attempts: readonly (readonly [Partial<Route>, string])[] = [
      [{}, 'EEXIST'],
      [{ destination: '10.6.0.0/24', gateway: '10.99.0.1', scope: 'global' }, 'ENETUNREACH'],
      [{ destination: '10.6.0.0/24', dev: 'lo' }, 'ENETDOWN'],
      [{ destination: '10.6.0.0/24', dev: 'nope' }, 'ENODEV'],
      [{ destination: '10.6.0.1/24' }, 'EINVAL'],
    ]
    for (const [difference, errno] of attempts) {
      const attempt = { ...route, ...difference }
      expect([attempt, await errnoOf(netns.change({ do: 'add route', route: attempt }))]).toEqual([attempt, errno])
    }
    expect((await netns.routes({ family: 'inet', dev: 'nope' }))._unsafeUnwrapErr().errno).toBe('ENODEV')
  })

  it('leaves out what is no unicast route of the main table', async () => {
    const { name, netns } = await worldWithBridge()
    await byHand(name, 'route', 'add', 'blackhole', '10.7.0.0/24')
    await byHand(name, 'route', 'add', '10.8.0.0/24', 'dev', 'br0', 'table', '100')
    expect((await netns.routes({ family: 'inet' }))._unsafeUnwrap()).toEqual([])
  })
})

describe('what no other route or address can be given', () => {
  it('is read as such, and refused', async () => {
    const { name, netns } = await worldWithBridge()
    await byHand(name, 'address', 'add', '10.1.1.2/24', 'dev', 'br0')
    await byHand(name, 'nexthop', 'add', 'id', '7', 'via', '10.1.1.1', 'dev', 'br0')
    await byHand(name, 'route', 'add', '10.6.0.0/24', 'nhid', '7')
    await byHand(name, 'route', 'add', '10.7.0.0/24', 'encap', 'ip', 'dst', '10.1.1.9', 'via', '10.1.1.1', 'dev', 'br0')
    const found = (await netns.routes({ family: 'inet', dev: 'br0' }))._unsafeUnwrap()
    const strange = found.filter(({ unknown }) => unknown !== undefined)
    expect(strange).toMatchObject([
      { destination: '10.6.0.0/24', unknown: ['nhid'] },
      { destination: '10.7.0.0/24', unknown: ['encap'] },
    ])
    const error = (await linkConfigurationOf(netns, 'br0'))._unsafeUnwrapErr()
    expect(error).toMatchObject({ errno: 'EOPNOTSUPP', object: 'route 10.6.0.0/24 on br0' })
    for (const each of strange) {
      expect(await errnoOf(netns.change({ do: 'set route', route: { ...each, destination: '10.8.0.0/24' } }))).toBe(
        'EOPNOTSUPP',
      )
    }
    expect(await errnoOf(netns.change({ do: 'add route', route: { ...route, metrics: { 18: 1 } } }))).toBe('EOPNOTSUPP')
  })
})

describe('neighbours', () => {
  it('adds, replaces, shows and deletes permanent entries', async () => {
    const { name, netns } = await worldWithBridge()
    const neighbour = { dev: 'br0', address: '10.5.0.1', mac: '02:00:00:00:00:0a' }
    await byHand(name, 'neighbour', 'add', '10.5.0.7', 'lladdr', '02:00:00:00:00:07', 'dev', 'br0', 'nud', 'reachable')
    await perform(
      netns,
      { do: 'set neighbour', neighbour: { ...neighbour, mac: '02:00:00:00:00:0b' } },
      { do: 'set neighbour', neighbour },
    )
    expect(await ip(name, 'neighbour', 'show', 'nud', 'permanent')).toMatchObject([
      { dst: '10.5.0.1', dev: 'br0', lladdr: '02:00:00:00:00:0a' },
    ])
    expect((await netns.neighbours('bridge'))._unsafeUnwrap()).toEqual([neighbour])
    expect((await netns.neighbours())._unsafeUnwrap()).toEqual([neighbour])
    await perform(netns, { do: 'delete neighbour', neighbour })
    expect(await errnoOf(netns.change({ do: 'delete neighbour', neighbour }))).toBe('ENOENT')
    expect((await netns.neighbours('nope'))._unsafeUnwrapErr().errno).toBe('ENODEV')
    expect(await ip(name, 'neighbour', 'show', 'nud', 'permanent')).toEqual([])
  })
})
