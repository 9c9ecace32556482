import { observe } from '@vpc-bridge/cli'
import { failing, type Netns, type Operation, type Rule, record } from '@vpc-bridge/kernel'
import { plan } from '@vpc-bridge/plugin'
import { describe, expect, test } from 'vitest'
import { readNetworkAlias } from '../src/network/network-record.ts'
import { observer } from '../src/show/observer.ts'
import { clock } from './support/clock.ts'
import { byEth0, byGateway, connect, endpoint, secondEniHost } from './support/second-eni-host.ts'
import { drifts, remove } from './support/two-endpoints.ts'
import { add, removeStrays } from './support/walks.ts'

const bridge = 'vpcbr2'
const table = 4201

const byEni = byGateway('0.0.0.0/0', '192.168.1.1', 'eth10')

/** A host whose ENIs have IPv6 as well. */
function stage(...operations: readonly Operation[]) {
  return secondEniHost(
    { do: 'add address', address: { dev: 'eth0', address: '2001:db8::42/64' } },
    { do: 'add address', address: { dev: 'eth10', address: '2001:db8:1::42/64' } },
    ...(operations.length > 0 ? operations : [byEth0]),
  )
}

async function sourcesIn(host: Netns, family: 'inet' | 'inet6' = 'inet'): Promise<readonly string[]> {
  const rules = (await host.rules(family))._unsafeUnwrap()
  const sources = rules.flatMap(({ from }) => from ?? [])
  expect(rules.flatMap(({ to }) => to ?? [])).toEqual(sources)
  return sources
}

async function routesIn(host: Netns, number: number, family: 'inet' | 'inet6' = 'inet') {
  const routes = (await host.routes({ family, tables: number }))._unsafeUnwrap()
  return routes.map(({ destination, gateway = 'on link', dev }) => `${destination} ${gateway} ${dev}`).toSorted()
}

async function recorded(host: Netns) {
  return readNetworkAlias((await host.link(bridge))._unsafeUnwrap()?.alias)?.table
}

function ruleTo(address: string, number = table): Rule {
  return { family: 'inet', priority: number, to: address, action: { do: 'lookup', table: 254 } }
}

function ruleFrom(address: string, number = table): Rule {
  return { family: 'inet', priority: number, from: address, action: { do: 'goto', priority: 10 * number + 1 } }
}

describe('where the ENI is the way out, or there is none', () => {
  test.each([
    ['the default route leaves by it', [byEni]],
    ['a better one does than by another', [byEni, byGateway('0.0.0.0/0', '192.168.0.1', 'eth0', { metric: 512 })]],
    ['no default route is there', [byGateway('10.0.0.0/8', '192.168.0.1', 'eth0')]],
    ['another one is in a table of others', [byGateway('0.0.0.0/0', '192.168.0.1', 'eth0', { table: 10002 })]],
  ])('%s: an ADD changes no rule and no table', async (_, operations) => {
    const { host } = await stage(...operations)
    const { context, operations: done } = record(host)
    await connect(context, endpoint('blue'))
    const others = done.filter(
      ({ operation }) =>
        operation.do.endsWith('rule') || (operation.do === 'add route' && operation.route.table !== undefined),
    )
    expect(others).toEqual([])
    expect(await recorded(host)).toBeUndefined()
  })

  test('an ADD asks one question more, of an IP version, and none about rules', async () => {
    const { host } = await stage(byEni)
    const asked: unknown[] = []
    const watched: Netns = {
      ...host,
      routes: (query) => {
        asked.push(query)
        return host.routes(query)
      },
      rules: (family) => {
        asked.push(family)
        return host.rules(family)
      },
    }
    await connect(watched, endpoint('blue'))
    expect(asked).toEqual([{ family: 'inet', destination: '0.0.0.0/0', tables: 'all' }])
  })
})

describe('where the host has another way out than the ENI', () => {
  test('each address has a rule, the network a table and a record of it, and the last DEL leaves nothing', async () => {
    const { kernel, host } = await stage()
    const before = kernel.state()
    await connect(host, endpoint('blue'))
    await connect(host, endpoint('red'))
    expect(await sourcesIn(host)).toEqual(['192.168.1.43/32', '192.168.1.44/32'])
    expect(await recorded(host)).toBe(table)
    // The subnet of the other ENI is reached by the router, too: a VPC would drop packets of the container there.
    expect(await routesIn(host, table)).toEqual(['0.0.0.0/0 192.168.1.1 eth10', '192.168.0.0/24 192.168.1.1 eth10'])
    for (const name of ['blue', 'red'] as const) expect(await drifts(host, endpoint(name))).toEqual([])
    await remove(host, endpoint('blue'))
    expect(await sourcesIn(host)).toEqual(['192.168.1.44/32'])
    await remove(host, endpoint('red'))
    expect(kernel.state()).toEqual(before)
  })

  test('an ADD that fails at whatever change takes everything back', async () => {
    for (let nth = 1; ; nth += 1) {
      const { kernel, host } = await stage()
      const before = kernel.state()
      const added = await add(failing(host, nth), endpoint('blue'), { clock })
      if (added.isOk()) return expect(nth).toBeGreaterThan(20)
      expect(added.error).toMatchObject({ rollback: { failed: [] } })
      expect(kernel.state()).toEqual(before)
    }
  })

  test('routes of other ENIs are replaced, host routes too; those of tunnels and bridges are not', async () => {
    const { kernel, host } = await stage(
      byEth0,
      byGateway('192.168.0.2/32', '192.168.0.1', 'eth0'),
      byGateway('10.0.0.0/8', '192.168.0.1', 'eth0'),
      byGateway('192.168.1.2/32', '192.168.0.1', 'eth0'),
    )
    const docker: Operation = { do: 'add link', link: { kind: 'bridge', name: 'docker0', up: true } }
    await host.change(docker)
    await host.change({ do: 'add address', address: { dev: 'docker0', address: '172.17.0.1/16' } })
    kernel.addPhysicalLink('/host', { name: 'eth5', mac: '02:00:00:00:00:05' })
    await host.change({ do: 'set link', name: 'eth5', set: { up: true } })
    await host.change({ do: 'add address', address: { dev: 'eth5', address: '192.168.5.42/24' } })
    await host.change(byGateway('0.0.0.0/0', '192.168.5.1', 'eth5', { table: 10005 }))
    await connect(host, endpoint('blue'))
    expect(await routesIn(host, table)).toEqual([
      '0.0.0.0/0 192.168.1.1 eth10',
      '10.0.0.0/8 192.168.1.1 eth10',
      '192.168.0.0/24 192.168.1.1 eth10',
      '192.168.0.2/32 192.168.1.1 eth10',
      '192.168.1.2/32 on link eth10',
      '192.168.5.0/24 192.168.1.1 eth10',
    ])
  })

  test.each<readonly [string, Operation]>([
    ['a route is in its table', byGateway('0.0.0.0/0', '192.168.0.1', 'eth0', { table })],
    ['a rule leads to it', { do: 'add rule', rule: { family: 'inet6', priority: 9, action: { do: 'lookup', table } } }],
    [
      'a rule has its priority',
      { do: 'add rule', rule: { ...ruleFrom('10.0.0.1/32'), action: { do: 'unreachable' } } },
    ],
    [
      'a rule has the priority of one of its block',
      { do: 'add rule', rule: { family: 'inet', priority: 42014, action: { do: 'lookup', table: 7 } } },
    ],
  ])('a number is taken where %s', async (_, operation) => {
    const { kernel, host } = await stage(byEth0, operation)
    const before = kernel.state()
    await connect(host, endpoint('blue'))
    expect(await recorded(host)).toBe(table + 1)
    await remove(host, endpoint('blue'))
    expect(kernel.state()).toEqual(before)
  })

  test('each network has a table of its own', async () => {
    const { kernel, host } = await stage()
    const before = kernel.state()
    const other = endpoint('red', { network: 'other' })
    await connect(host, endpoint('blue'))
    await connect(host, other)
    const rules = (await host.rules('inet'))._unsafeUnwrap()
    expect(rules.filter(({ from }) => from !== undefined)).toEqual([
      ruleFrom('192.168.1.43/32'),
      ruleFrom('192.168.1.44/32', table + 1),
    ])
    await remove(host, endpoint('blue'))
    expect(await drifts(host, other)).toEqual([])
    await remove(host, other)
    expect(kernel.state()).toEqual(before)
  })

  test('CHECK tells of a rule that is missing, a plan names it, and the next ADD of the network repairs the rest', async () => {
    const { host } = await stage()
    const planned = (
      await plan(host, (copy, observe) => add(copy, endpoint('blue'), { clock, observe }))
    )._unsafeUnwrap()
    const operations = planned.flatMap(({ changes }) => changes.map(({ operation }) => operation))
    expect(operations).toContainEqual({ do: 'add rule', rule: ruleFrom('192.168.1.43/32') })
    await connect(host, endpoint('blue'))
    await host.change({ do: 'delete rule', rule: ruleFrom('192.168.1.43/32') })
    expect(await drifts(host, endpoint('blue'))).toEqual(['the rule 4201 from 192.168.1.43/32 goto 42011 is missing'])
    // As systemd-networkd does when it starts, unless it is told not to.
    for (const { action, ...rest } of (await host.rules('inet'))._unsafeUnwrap()) {
      const isOurs = ![0, 32766, 32767].includes(rest.priority) && action.do !== 'other'
      if (isOurs) await host.change({ do: 'delete rule', rule: { ...rest, action } })
    }
    expect((await drifts(host, endpoint('blue'))).length).toBeGreaterThan(6)
    await connect(host, endpoint('red'))
    for (const name of ['blue', 'red'] as const) expect(await drifts(host, endpoint(name))).toEqual([])
  })

  test('show finds nothing wrong, and tells what is missing with the command that repairs it', async () => {
    const { host } = await stage()
    await connect(host, endpoint('blue'))
    const look = async () => {
      const places = [{ path: '/run/netns/blue', name: 'blue' }]
      const { networks } = (await observe(host, { places, isInstalled: () => true }, observer))._unsafeUnwrap()
      return networks.flatMap(({ drift, endpoints }) => [...drift, ...endpoints.flatMap((each) => each.drift)])
    }
    expect(await look()).toEqual([])
    await host.change({ do: 'delete rule', rule: ruleFrom('192.168.1.43/32') })
    expect(await look()).toEqual([
      {
        what: 'the rule 4201 from 192.168.1.43/32 goto 42011 is missing',
        repair: 'ip rule add priority 4201 from 192.168.1.43/32 goto 42011',
      },
    ])
    for (const route of (await host.routes({ family: 'inet', tables: table }))._unsafeUnwrap()) {
      await host.change({ do: 'delete route', route })
    }
    expect(await look()).toContainEqual({ what: 'the default route of table 4201 is missing' })
  })

  test('GC removes the rules of addresses that no endpoint has', async () => {
    const { host } = await stage()
    await connect(host, endpoint('blue'))
    for (const rule of [ruleFrom('192.168.1.99/32'), ruleTo('192.168.1.99/32')]) {
      await host.change({ do: 'add rule', rule })
    }
    const { netns: _, ...network } = endpoint('red', { addresses: [] })
    ;(await removeStrays(host, network, { clock }))._unsafeUnwrap()
    expect(await sourcesIn(host)).toEqual(['192.168.1.43/32'])
  })
})

describe('the host changes', () => {
  test('its way out leads by another interface now: the next ADD makes the table, for old endpoints too', async () => {
    const { host } = await stage(byEni)
    await connect(host, endpoint('blue'))
    expect(await sourcesIn(host)).toEqual([])
    await host.change(byEth0)
    await connect(host, endpoint('red'))
    expect(await sourcesIn(host)).toEqual(['192.168.1.44/32', '192.168.1.43/32'].toSorted())
    for (const name of ['blue', 'red'] as const) expect(await drifts(host, endpoint(name))).toEqual([])
    await host.change(byEni)
    await connect(host, endpoint('green'))
    expect(await sourcesIn(host)).toHaveLength(3)
    for (const name of ['blue', 'red', 'green'] as const) await remove(host, endpoint(name))
    expect((await host.rules('inet'))._unsafeUnwrap()).toHaveLength(3)
    expect((await host.routes({ family: 'inet', tables: table }))._unsafeUnwrap()).toEqual([])
  })

  test('somebody has deleted the bridge: the next ADD finds the table again', async () => {
    const { host } = await stage()
    await connect(host, endpoint('blue'))
    await host.change({ do: 'delete link', name: bridge })
    await connect(host, endpoint('red'))
    expect(await recorded(host)).toBe(table)
    for (const name of ['blue', 'red'] as const) expect(await drifts(host, endpoint(name))).toEqual([])
    for (const name of ['blue', 'red'] as const) await remove(host, endpoint(name))
    expect((await host.rules('inet'))._unsafeUnwrap()).toHaveLength(3)
    expect((await host.routes({ family: 'inet', tables: table }))._unsafeUnwrap()).toEqual([])
  })

  test.each(['DEL', 'GC'])('somebody has deleted the bridge, and %s leaves no rule', async (command) => {
    const { host } = await stage()
    const others: readonly Rule[] = [
      ruleTo('10.0.0.1/32', 5000),
      { family: 'inet', priority: 5001, from: '10.0.0.1/32', action: { do: 'goto', priority: 50000 } },
      { family: 'inet', priority: 50010, action: { do: 'unreachable' } },
    ]
    for (const rule of others) await host.change({ do: 'add rule', rule })
    const before = (await host.rules('inet'))._unsafeUnwrap()
    const blue = endpoint('blue')
    await connect(host, blue)
    await host.change({ do: 'delete link', name: bridge })
    if (command === 'DEL') await remove(host, blue)
    else {
      for (const { name } of (await host.links())._unsafeUnwrap()) {
        if (name.startsWith('veth')) await host.change({ do: 'delete link', name })
      }
      ;(await removeStrays(host, { ...blue, addresses: [] }, { clock }))._unsafeUnwrap()
    }
    expect((await host.rules('inet'))._unsafeUnwrap()).toEqual(before)
    expect((await host.routes({ family: 'inet', tables: table }))._unsafeUnwrap()).toEqual([])
  })
})

describe('IPv6', () => {
  const both = ['192.168.1.43/24', '2001:db8:1::43/64']
  const byEth0Of6 = byGateway('::/0', '2001:db8::1', 'eth0')
  const learnt = byGateway('::/0', 'fe80::1', 'eth10', { metric: 2048, protocol: 'ra' })

  test('packets leave by the router that the host knows at the ENI', async () => {
    const { kernel, host } = await stage(byEth0Of6, learnt)
    const before = kernel.state()
    const blue = endpoint('blue', { addresses: both })
    await connect(host, blue)
    expect(await sourcesIn(host, 'inet6')).toEqual(['2001:db8:1::43/128'])
    expect(await routesIn(host, table, 'inet6')).toEqual(['2001:db8::/64 fe80::1 eth10', '::/0 fe80::1 eth10'])
    expect(await drifts(host, blue)).toEqual([])
    await remove(host, blue)
    const after = kernel.state()
    // Forwarding of IPv6 stays on, since others may rely on it.
    const withoutSettings = (state: unknown) =>
      JSON.parse(JSON.stringify(state, (key, value) => (key === 'sysctls' ? {} : value)))
    expect(withoutSettings(after)).toEqual(withoutSettings(before))
  })

  test('where it knows none, they go as the host sends them', async () => {
    const { host } = await stage(byEth0, byEth0Of6)
    const blue = endpoint('blue', { addresses: both })
    await connect(host, blue)
    expect(await sourcesIn(host)).toEqual(['192.168.1.43/32'])
    expect(await sourcesIn(host, 'inet6')).toEqual([])
    expect(await drifts(host, blue)).toEqual([])
    // Until it learns of one.
    await host.change(learnt)
    await connect(host, endpoint('red', { addresses: ['192.168.1.44/24', '2001:db8:1::44/64'] }))
    expect((await sourcesIn(host, 'inet6')).toSorted()).toEqual(['2001:db8:1::43/128', '2001:db8:1::44/128'])
  })
})

describe('the host has a default route of several next hops, some of which leave by another interface', () => {
  const hops = { eth10: '192.168.1.1', eth0: '192.168.0.1' }

  test.each([
    ['eth10', 'eth0'],
    ['eth0', 'eth10'],
  ] as const)('first by %s, then by %s: packets leave by the ENI', async (first, second) => {
    const furtherHops = [{ dev: second, gateway: hops[second], onlink: false }]
    const { kernel, host } = await stage(byGateway('0.0.0.0/0', hops[first], first, { furtherHops }))
    const before = kernel.state()
    for (const told of ['the router', 'no router']) {
      const { gateway: _, ...rest } = endpoint('blue')
      const blue = told === 'the router' ? endpoint('blue') : rest
      await connect(host, blue)
      expect(await sourcesIn(host)).toEqual(['192.168.1.43/32'])
      expect(await routesIn(host, table)).toEqual(['0.0.0.0/0 192.168.1.1 eth10', '192.168.0.0/24 192.168.1.1 eth10'])
      expect(await drifts(host, blue)).toEqual([])
      await remove(host, blue)
      expect(kernel.state()).toEqual(before)
    }
  })
})
