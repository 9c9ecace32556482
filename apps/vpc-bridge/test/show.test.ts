import { observe } from '@vpc-bridge/cli'
import type { Netns } from '@vpc-bridge/kernel'
import { describe, expect, test } from 'vitest'
import { observer } from '../src/show/observer.ts'
import { createMemoryHost, type MemoryHost } from './support/memory-host.ts'

const look = async ({ host, places }: MemoryHost) =>
  (await observe(host, { places, isInstalled: () => true }, observer))._unsafeUnwrap()

/** A host with two containers, of which red has an IPv6 address too. */
async function twoEndpoints(): Promise<MemoryHost> {
  const world = await createMemoryHost()
  await world.connect('blue')
  await world.connect('red', { addresses: ['192.168.1.44/24', 'fd00:1::44/64'] })
  return world
}

describe('what is observed', () => {
  test('on a host without networks: nothing', async () => {
    expect(await look(await createMemoryHost())).toEqual({ networks: [], strays: [] })
  })

  test('is the network with its ENI, bridge, dummy, settings and endpoints, without any drift', async () => {
    const { networks, strays } = await look(await twoEndpoints())
    expect(strays).toEqual([])
    expect(networks).toMatchObject([
      {
        name: 'vpc',
        bridgeType: 'L3',
        eni: { isThere: true, name: 'eth10', mac: '02:00:00:00:00:10', up: true, addresses: ['192.168.1.42/24'] },
        bridge: { name: 'vpcbr2', mtu: 9001, up: true, ports: 3, mostPorts: 1023 },
        dummy: { name: 'vpcbreth10dummy', altNames: ['vpcbr2dummy'] },
        endpoints: [
          {
            containerId: 'blue',
            interfaceType: 'veth',
            isPort: true,
            hostRoutes: [{ destination: '192.168.1.43/32', dev: 'vpcbr2' }],
            containerEnd: {
              name: 'eth0',
              netns: { path: '/run/netns/blue', name: 'blue' },
              addresses: ['192.168.1.43/24'],
              defaultVia: ['192.168.1.1'],
            },
            drift: [],
          },
          {
            containerId: 'red',
            addresses: ['192.168.1.44/24', 'fd00:1::44/64'],
            containerEnd: { addresses: ['192.168.1.44/24', 'fd00:1::44/128'], defaultVia: ['192.168.1.1', 'fe80::1'] },
            drift: [],
          },
        ],
        drift: [],
      },
    ])
    expect(networks[0]?.settings.filter(({ value, wanted }) => value !== wanted)).toEqual([])
    expect(networks[0]?.settings.map(({ path }) => path)).toContain('net/ipv4/conf/vpcbr2/proxy_arp')
  })

  test.each([
    ['L2', { bridgeType: 'L2' }],
    ['TAP', { interfaceType: { type: 'tap', userId: 1000 } }],
    ['L2 with TAP', { bridgeType: 'L2', interfaceType: { type: 'tap', userId: 1000 } }],
  ] as const)('of %s, too, nothing is drift', async (_, mode) => {
    const world = await createMemoryHost()
    await world.connect('blue', mode)
    const { networks } = await look(world)
    const bridgeType = 'bridgeType' in mode ? mode.bridgeType : 'L3'
    expect(networks).toMatchObject([{ bridgeType, endpoints: [{ containerId: 'blue', drift: [] }], drift: [] }])
    expect(networks[0]?.dummy === undefined).toBe(bridgeType === 'L2')
    expect(networks[0]?.macTranslation?.entries.map(({ address }) => address)).toEqual(
      bridgeType === 'L2' ? ['192.168.1.43'] : undefined,
    )
  })

  /** A host whose network has its bridge in another namespace. */
  const withSite = async (bridgeType: 'L2' | 'L3' = 'L3') => {
    const world = await createMemoryHost()
    world.kernel.addNetns('/run/netns/away')
    world.places.push({ path: '/run/netns/away', name: 'away' })
    await world.connect('blue', { bridgeNetns: '/run/netns/away', bridgeType })
    return { ...world, site: await world.inside('away') }
  }

  test.each(['L2', 'L3'] as const)('is a network in another namespace, too, in %s', async (bridgeType) => {
    const { networks, strays } = await look(await withSite(bridgeType))
    expect(networks).toMatchObject([
      {
        netns: { name: 'away' },
        eni: { isThere: true },
        endpoints: [{ containerId: 'blue', site: { name: 'away' }, drift: [] }],
        drift: [],
      },
    ])
    expect(strays).toEqual([])
  })

  test('drift there is said to be there, and put right there', async () => {
    const world = await withSite()
    await set(world.site, 'vpcbr2', { mtu: 1500 })
    const route = { destination: '192.168.1.99/32', dev: 'vpcbr2', protocol: 'boot', metric: 0, onlink: false } as const
    await world.site.change({ do: 'add route', route: { ...route, scope: 'link' } })
    expect((await look(world)).networks[0]?.drift).toMatchObject([
      {
        what: 'in the namespace away vpcbr2 has the MTU 1500, not 9001',
        repair: 'ip -n away link set dev vpcbr2 mtu 9001',
      },
      {
        what: 'the route to 192.168.1.99/32 by vpcbr2 leads to no endpoint',
        repair: expect.stringMatching(/^ip -n away route delete 192.168.1.99\/32 dev vpcbr2/),
      },
    ])
  })

  test('of a container without a path there, too, is put right there', async () => {
    const world = await withSite()
    const veth = await vethOf(world.site)
    await set(world.site, veth, { master: null })
    world.places.pop()
    expect((await look(world)).networks[0]?.endpoints[0]?.drift).toContainEqual({
      what: `${veth} is not a port of vpcbr2`,
      link: veth,
      repair: `ip -n away link set dev ${veth} master vpcbr2`,
    })
  })

  test('names endpoints that are left in the namespace of a bridge that is gone', async () => {
    const world = await withSite()
    await world.site.change({ do: 'delete link', name: 'vpcbr2' })
    expect(await look(world)).toMatchObject({
      networks: [],
      strays: [{ containerId: 'blue', site: { name: 'away' } }],
    })
  })

  test('does not take the network of another host for its own', async () => {
    const world = await twoEndpoints()
    const other = await createMemoryHost(world.kernel, '/run/netns/other')
    await other.connect('green')
    world.places.push({ path: '/run/netns/other', name: 'other' }, ...other.places)
    expect((await look(world)).networks.map(({ netns }) => netns)).toEqual([undefined])
  })

  test('does not take the namespace that another host has its bridge in for one of its own', async () => {
    const world = await twoEndpoints()
    world.kernel.addNetns('/run/netns/away')
    const other = await createMemoryHost(world.kernel, '/run/netns/other')
    await other.connect('green', { bridgeNetns: '/run/netns/away' })
    world.places.push({ path: '/run/netns/away', name: 'away' }, ...other.places)
    expect((await look(world)).networks.map(({ netns }) => netns)).toEqual([undefined])
  })

  test('changes nothing', async () => {
    const world = await twoEndpoints()
    const before = world.kernel.state()
    await look(world)
    expect(world.kernel.state()).toEqual(before)
  })

  test('does not take for an end of its own what merely has the same interface indexes', async () => {
    const world = await twoEndpoints()
    // Another host on the same machine, made in the same way but for another container.
    const { kernel, places } = world
    kernel.addNetns('/other')
    kernel.addNetns('/run/netns/a-first')
    const other = (await kernel.open('/other'))._unsafeUnwrap()
    for (const name of ['one', 'two', 'three']) {
      await other.change({ do: 'add link', link: { kind: 'bridge', name } })
    }
    const peer = { name: 'other0', netns: '/run/netns/a-first' }
    await other.change({ do: 'add link', link: { kind: 'veth', name: 'veth0', peer } })
    const [blue] = (await look(world)).networks[0]?.endpoints ?? []
    const twin = (await (await kernel.open('/run/netns/a-first'))._unsafeUnwrap().link('other0'))._unsafeUnwrap()
    expect(twin).toMatchObject({ index: blue?.containerEnd?.index, peer: blue?.hostEnd.index })
    places.unshift({ path: '/run/netns/a-first', name: 'a-first' })
    expect((await look(world)).networks[0]?.endpoints[0]?.containerEnd?.netns.name).toBe('blue')
  })

  test('finds an end by its name if a runtime has chosen its MAC address', async () => {
    const world = await createMemoryHost()
    await world.connect('blue', { mac: '02:00:00:00:00:77' })
    expect((await look(world)).networks[0]?.endpoints).toMatchObject([
      { containerEnd: { mac: '02:00:00:00:00:77', netns: { name: 'blue' } }, drift: [] },
    ])
  })

  test('of a container without a path is what is on the host', async () => {
    const world = await twoEndpoints()
    world.places.shift()
    const [blue] = (await look(world)).networks[0]?.endpoints ?? []
    expect(blue).not.toHaveProperty('containerEnd')
    expect(blue?.drift).toEqual([{ what: 'its namespace is gone, or no path leads to it' }])
  })

  test('keeps two networks on one ENI apart', async () => {
    const world = await createMemoryHost()
    await world.connect('blue')
    await world.connect('red', { network: 'net', addresses: ['192.168.1.44/24'] })
    const { networks } = await look(world)
    expect(networks).toMatchObject([
      { name: 'vpc', endpoints: [{ containerId: 'blue' }], drift: [] },
      { name: 'net', endpoints: [{ containerId: 'red' }], drift: [] },
    ])
  })

  test('names endpoints whose bridge is gone', async () => {
    const world = await twoEndpoints()
    await world.host.change({ do: 'delete link', name: 'vpcbr2' })
    expect(await look(world)).toMatchObject({
      networks: [],
      strays: [
        { containerId: 'blue', isPort: false, drift: [{ what: 'the bridge of its network vpc is gone' }] },
        { containerId: 'red' },
      ],
    })
  })
})

describe('drift of the network', () => {
  test.each<readonly [string, (world: MemoryHost) => unknown, string, string | undefined]>([
    [
      'a bridge that is down',
      ({ host }) => set(host, 'vpcbr2', { up: false }),
      'vpcbr2 is down',
      'ip link set dev vpcbr2 up',
    ],
    [
      'a bridge of another MTU than the rest',
      ({ host }) => set(host, 'vpcbr2', { mtu: 1500 }),
      'vpcbr2 has the MTU 1500, not 9001',
      'ip link set dev vpcbr2 mtu 9001',
    ],
    [
      'forwarding that is off',
      ({ host }) => host.change({ do: 'write sysctl', path: 'net/ipv4/conf/eth10/forwarding', value: '0' }),
      'net.ipv4.conf.eth10.forwarding is 0, not 1',
      'sysctl -w net/ipv4/conf/eth10/forwarding=1',
    ],
    [
      'a dummy that is gone',
      ({ host }) => host.change({ do: 'delete link', name: 'vpcbreth10dummy' }),
      'dummy vpcbreth10dummy is missing',
      expect.stringContaining('ip link add name vpcbreth10dummy'),
    ],
    [
      'an ENI that is gone',
      async ({ kernel }) => kernel.removePhysicalLink('/host', 'eth10'),
      'the ENI eth10 is gone',
      undefined,
    ],
    [
      'an ENI that was replaced',
      async ({ kernel }) => {
        kernel.removePhysicalLink('/host', 'eth10')
        kernel.addPhysicalLink('/host', { name: 'eth10', mac: '02:00:00:00:00:11' })
      },
      'eth10 has the MAC address 02:00:00:00:00:11, and had 02:00:00:00:00:10 when the network was made',
      undefined,
    ],
    [
      'a container that went without a DEL',
      async ({ kernel, places }) => {
        kernel.removeNetns('/run/netns/blue')
        places.shift()
      },
      'the route to 192.168.1.43/32 by vpcbr2 leads to no endpoint',
      expect.stringMatching(/^ip route delete 192.168.1.43\/32 dev vpcbr2/),
    ],
  ])('%s', async (_, damage, what, repair) => {
    const world = await twoEndpoints()
    await damage(world)
    const [network] = (await look(world)).networks
    expect(network?.drift).toContainEqual(expect.objectContaining(repair === undefined ? { what } : { what, repair }))
  })
})

describe('a default route', () => {
  const via = (gateway: string) =>
    ({
      destination: '0.0.0.0/0',
      gateway,
      dev: 'eth0',
      protocol: 'boot',
      metric: 0,
      onlink: false,
      scope: 'global',
    }) as const
  const other = '192.168.1.254'

  test('by another router than the container was given is put right', async () => {
    const world = await twoEndpoints()
    const blue = await world.inside('blue')
    await blue.change({ do: 'set route', route: via(other) })
    const { drift = [] } = (await look(world)).networks[0]?.endpoints[0] ?? {}
    expect(drift.map(({ what }) => what)).toEqual([
      `in the container there is a wrong default route via ${other} by eth0`,
      'in the container the default route via 192.168.1.1 by eth0 is missing',
    ])
    expect(drift.at(-1)?.repair).toContain('via 192.168.1.1')
  })

  test('by a router of which nothing tells whether it is the right one is not made to work', async () => {
    const world = await twoEndpoints()
    const blue = await world.inside('blue')
    await blue.change({ do: 'set route', route: via(other) })
    for (const neighbour of (await blue.neighbours('eth0'))._unsafeUnwrap()) {
      await blue.change({ do: 'delete neighbour', neighbour })
    }
    expect((await look(world)).networks[0]?.endpoints[0]?.drift).toEqual([
      { what: expect.stringMatching(/neighbour entry of 192.168.1.254 .* is not known$/), link: 'eth0' },
    ])
  })
})

describe('drift of an endpoint', () => {
  test.each<readonly [string, (world: MemoryHost) => unknown, string]>([
    [
      "a host's end that is no port",
      async ({ host }) => set(host, await vethOf(host), { master: null }),
      'is not a port of vpcbr2',
    ],
    [
      'a host route that is missing',
      async ({ host }) => {
        const destination = '192.168.1.43/32'
        const [route] = (await host.routes({ family: 'inet', destination }))._unsafeUnwrap()
        if (route !== undefined) await host.change({ do: 'delete route', route })
      },
      'the route to 192.168.1.43/32 by vpcbr2 is missing',
    ],
    [
      'another MTU in the container',
      async ({ inside }) => set(await inside('blue'), 'eth0', { mtu: 1500 }),
      'in the container eth0 has the MTU 1500, not 9001',
    ],
    [
      'an address that is missing in the container',
      async ({ inside }) =>
        (await inside('blue')).change({ do: 'delete address', address: { dev: 'eth0', address: '192.168.1.43/24' } }),
      'in the container the address 192.168.1.43/24 is missing on eth0',
    ],
    [
      'an interface that is down in the container, and its default route gone with that',
      async ({ inside }) => set(await inside('blue'), 'eth0', { up: false }),
      'there is no default route by eth0 in the container',
    ],
  ])('%s', async (_, damage, what) => {
    const world = await twoEndpoints()
    await damage(world)
    const [network] = (await look(world)).networks
    const [blue, red] = network?.endpoints ?? []
    expect(blue?.drift).toContainEqual(expect.objectContaining({ what: expect.stringContaining(what) }))
    expect([network?.drift, red?.drift]).toEqual([[], []])
  })
})

function set(netns: Netns, name: string, settings: object) {
  return netns.change({ do: 'set link', name, set: settings })
}

/** Name of the host's end of blue's veth pair. */
async function vethOf(host: Netns): Promise<string> {
  const links = (await host.links())._unsafeUnwrap()
  return links.find(({ alias }) => alias?.includes('container=blue'))?.name ?? ''
}
