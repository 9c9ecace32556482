import { addresses, captureState, eniMac, inside, output, ping, run, type World } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startGuest } from './support/guest.ts'
import { config, fail, program, succeed } from './support/runtime.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'

const l2 = { ...config, bridgeType: 'L2' }
const user = 12345

/** A container of a network, with an address that the VPC delivers to the ENI. */
async function addContainer(world: World, number: number, configuration: object) {
  await world.assignToEni(`192.168.1.${number}`)
  return {
    netns: await world.addContainer(`c${number}`),
    containerId: `container-${number}`,
    config: { ...configuration, ipAddresses: [`192.168.1.${number}/24`] },
  }
}

/** A connection between two machines that is open already; asking over it gives the answer of the other side. */
async function openConnection(from: string, to: string, address: string) {
  const server = startNode(to, `require('net').createServer((s) => s.pipe(s)).listen(7, () => console.log('ready'))`)
  await firstLine(server)
  const client = startNode(
    from,
    `const s = require('net').connect(7, '${address}', () => console.log('ready'))
     process.stdin.on('data', (d) => s.write(d)); s.on('data', (d) => process.stdout.write(d))`,
  )
  await firstLine(client)
  onTestFinished(() => {
    server.kill('SIGKILL')
    client.kill('SIGKILL')
  })
  return async (text: string) => {
    client.stdin.write(`${text}\n`)
    return firstLine(client)
  }
}

function startNode(netns: string, script: string) {
  const [program = '', ...args] = inside(netns, [process.execPath, '-e', script])
  return execa(program, args, { stdin: 'pipe', reject: false })
}

function firstLine({ stdout }: ReturnType<typeof startNode>): Promise<string> {
  return new Promise((resolve) => stdout.once('data', (text) => resolve(String(text).trim())))
}

/** A table for what comes from the ENI's address, as usual for a second ENI: with its subnet, and all else by the router. */
async function addPolicyTable(host: string) {
  const route = ['ip', 'route', 'add']
  await output(inside(host, [...route, '192.168.1.0/24', 'dev', 'eth10', 'src', '192.168.1.42', 'table', '10001']))
  await output(inside(host, [...route, 'default', 'via', '192.168.1.1', 'dev', 'eth10', 'table', '10001']))
  await output(inside(host, ['ip', 'rule', 'add', 'from', '192.168.1.42', 'lookup', '10001']))
}

/** The ENI's address as NetworkManager adds it, with the route to its subnet, and others with a metric or a peer; and a neighbour. */
async function addStrangeAddresses(host: string) {
  const address = ['ip', 'address']
  await output(inside(host, [...address, 'flush', 'dev', 'eth10', 'scope', 'global']))
  const own = ['192.168.1.42/24', 'broadcast', '+', 'dev', 'eth10', 'metric', '100', 'noprefixroute']
  await output(inside(host, [...address, 'add', ...own]))
  const connected = ['192.168.1.0/24', 'dev', 'eth10', 'proto', 'kernel', 'src', '192.168.1.42', 'metric', '100']
  await output(inside(host, ['ip', 'route', 'add', ...connected, 'scope', 'link']))
  await output(inside(host, ['ip', 'route', 'add', 'default', 'via', '192.168.1.1', 'dev', 'eth10', 'metric', '100']))
  await output(inside(host, [...address, 'add', '10.7.0.1/24', 'dev', 'eth10', 'metric', '512']))
  await output(inside(host, [...address, 'add', '10.8.0.1', 'peer', '10.8.0.2/32', 'dev', 'eth10']))
  const neighbour = ['192.168.1.9', 'lladdr', '02:00:00:00:00:99', 'dev', 'eth10', 'nud', 'permanent']
  await output(inside(host, ['ip', 'neighbour', 'add', ...neighbour]))
}

/** A route that is in the way of an ADD. */
async function addDefaultRoute(netns: string) {
  await output(inside(netns, ['ip', 'route', 'add', 'unreachable', 'default']))
}

async function pingFrom(netns: string, source: string, address: string): Promise<boolean> {
  return (await run(inside(netns, ['ping', '-c', '1', '-W', '2', '-I', source, address]))).exitCode === 0
}

describe('L2', () => {
  test('an ENI that is known by its MAC address alone, and has a longer name than the bridge', async () => {
    const world = await useWorld()
    const { host } = world
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'down']))
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'name', 'enp39s0f1', 'up']))
    const before = await captureState(host)
    const byMac = { ...l2, eniName: undefined, eniMACAddress: '02-00-00-00-00-10' }
    const all = [await addContainer(world, 51, byMac), await addContainer(world, 52, byMac)]
    for (const each of all) await succeed(program, host, { command: 'ADD', ...each })
    for (const { netns } of all) expect(await ping(netns, '192.168.1.1')).toBe(true)
    for (const each of all) await succeed(program, host, { command: 'DEL', ...each })
    expect(withoutIndexes(await captureState(host))).toEqual(withoutIndexes(before))
  })

  test("refuses the host's own address, and an ENI that the host learns routes by", async () => {
    const world = await useWorld()
    const { host, blue } = world
    const own = { command: 'ADD', netns: blue, config: { ...l2, ipAddresses: ['192.168.1.42/24'] } } as const
    expect(await fail(program, host, own)).toMatchObject({
      code: 110,
      msg: 'the host (eth10) has the address 192.168.1.42/24 already',
    })
    await output(inside(host, ['ip', '-6', 'route', 'add', 'default', 'via', 'fe80::9', 'dev', 'eth10', 'proto', 'ra']))
    const before = await captureState(host)
    const error = await fail(program, host, { command: 'ADD', netns: blue, config: l2 })
    expect(error).toMatchObject({ code: 109, msg: expect.stringContaining('router advertisements') })
    expect(await captureState(host)).toEqual(before)
  })

  test('packets go to the router and beyond and back, to other containers and to the host', async () => {
    const world = await useWorld()
    const { host, router, beyond } = world
    await output(inside(host, ['ip', 'link', 'set', 'eth10', 'mtu', '1500']))
    const before = await captureState(host)
    const one = await addContainer(world, 51, l2)
    // For this one nobody tells the router: it finds out by ARP.
    const other = { ...one, netns: await world.addContainer('other'), containerId: 'other' }
    other.config = { ...l2, ipAddresses: ['192.168.1.52/24', '192.168.1.53/24'] }
    const result = await succeed(program, host, { command: 'ADD', ...one })
    expect(result.ips).toEqual([{ version: '4', interface: 0, address: '192.168.1.51/24', gateway: '192.168.1.1' }])
    await succeed(program, host, { command: 'ADD', ...other })
    expect(await ping(one.netns, addresses.router, { packetSize: 9001 })).toBe(true)
    expect(await ping(one.netns, addresses.beyond)).toBe(true)
    expect(await ping(beyond, '192.168.1.51', { packetSize: 9001 })).toBe(true)
    expect(await ping(one.netns, '192.168.1.52')).toBe(true)
    expect(await ping(host, '192.168.1.51')).toBe(true)
    expect(await ping(one.netns, addresses.eni)).toBe(true)
    expect(await ping(host, addresses.beyond)).toBe(true)
    for (const address of ['192.168.1.52', '192.168.1.53']) {
      expect(await ping(router, address)).toBe(true)
      const [entry] = JSON.parse(await output(inside(router, ['ip', '-json', 'neighbour', 'show', address])))
      expect(entry.lladdr).toBe(eniMac)
    }
    await succeed(program, host, { command: 'CHECK', ...one, config: checked(one.config, result) })
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await ping(other.netns, addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', ...other })
    expect(await captureState(host)).toEqual(before)
  })

  test("the host's connections over the ENI survive", async () => {
    const world = await useWorld()
    const { host, beyond } = world
    const ask = await openConnection(host, beyond, addresses.beyond)
    expect(await ask('before')).toBe('before')
    const one = await addContainer(world, 51, l2)
    await succeed(program, host, { command: 'ADD', ...one })
    expect(await ask('with the bridge')).toBe('with the bridge')
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await ask('after')).toBe('after')
  })

  test("routes of the ENI's own table go on to work, by their rule, and are as before after DEL and a failed ADD", async () => {
    const world = await useWorld()
    const { host } = world
    await addPolicyTable(host)
    const before = await captureState(host)
    const one = await addContainer(world, 51, l2)
    await succeed(program, host, { command: 'ADD', ...one })
    const way = await output(inside(host, ['ip', 'route', 'get', '10.1.0.2', 'from', '192.168.1.42']))
    expect(way).toMatch(/via 192\.168\.1\.1 dev vpcbr\d+ table 10001/)
    expect(await pingFrom(host, '192.168.1.42', addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await captureState(host)).toEqual(before)
    expect(await pingFrom(host, '192.168.1.42', addresses.beyond)).toBe(true)
    await addDefaultRoute(one.netns)
    await fail(program, host, { command: 'ADD', ...one })
    expect(await captureState(host)).toEqual(before)
  })

  test('addresses are as before after DEL and a failed ADD: with metrics and peers, and without routes', async () => {
    const world = await useWorld()
    const { host } = world
    await addStrangeAddresses(host)
    const before = await captureState(host)
    const one = await addContainer(world, 51, l2)
    await succeed(program, host, { command: 'ADD', ...one })
    expect(await ping(host, addresses.beyond)).toBe(true)
    expect(await ping(one.netns, addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await captureState(host)).toEqual(before)
    await addDefaultRoute(one.netns)
    await fail(program, host, { command: 'ADD', ...one })
    expect(await captureState(host)).toEqual(before)
  })

  test.each([
    ['the translation', ['nft', 'flush', 'chain', 'bridge', 'vpc-bridge-eth10', 'postrouting'], 'MAC translation'],
    ["the endpoint's entry", ['nft', 'flush', 'map', 'bridge', 'vpc-bridge-eth10', 'endpoints'], '192.168.1.51'],
    ['the port', ['ip', 'link', 'set', 'eth10', 'nomaster'], 'eth10'],
  ])('CHECK names %s when it is missing', async (_, damage, name) => {
    const world = await useWorld()
    const { host } = world
    const one = await addContainer(world, 51, l2)
    const result = await succeed(program, host, { command: 'ADD', ...one })
    await output(inside(host, damage))
    const error = await fail(program, host, { command: 'CHECK', ...one, config: checked(one.config, result) })
    expect(error).toMatchObject({ code: 107, msg: expect.stringContaining(name) })
    await succeed(program, host, { command: 'DEL', ...one })
    expect((await captureState(host)).ruleset).toEqual([])
  })

  test('what cannot be on one ENI, or in L2, is refused, and changes nothing', async () => {
    const world = await useWorld()
    const { host } = world
    const one = await addContainer(world, 51, l2)
    const other = await addContainer(world, 52, config)
    await succeed(program, host, { command: 'ADD', ...one })
    const before = await captureState(host)
    const otherNetwork = { ...other.config, name: 'vpc2' }
    expect(await fail(program, host, { command: 'ADD', ...other })).toMatchObject({ code: 7 })
    for (const bridgeType of ['L2', 'L3']) {
      const error = await fail(program, host, { command: 'ADD', ...other, config: { ...otherNetwork, bridgeType } })
      expect(error).toMatchObject({ code: 109, msg: expect.stringContaining('eth10 is in use') })
    }
    const inet6 = { ...l2, ipAddresses: ['fd00::2/64'], gatewayIPAddress: '' }
    expect(await fail(program, host, { command: 'ADD', ...other, config: inet6 })).toMatchObject({
      code: 2,
      msg: expect.stringContaining('fd00::2/64'),
    })
    expect(await captureState(host)).toEqual(before)
  })

  test('GC removes what is not valid, and entries that lead to nobody', async () => {
    const world = await useWorld()
    const { host } = world
    const one = await addContainer(world, 51, l2)
    const gone = await addContainer(world, 52, l2)
    await succeed(program, host, { command: 'ADD', ...one })
    await succeed(program, host, { command: 'ADD', ...gone })
    await world.removeContainer('c52')
    const valid = [{ containerID: one.containerId, ifname: 'blueveth' }]
    const gc = { ...l2, cniVersion: '1.1.0', 'cni.dev/valid-attachments': valid }
    await succeed(program, host, { command: 'GC', config: gc })
    const ruleset = JSON.stringify((await captureState(host)).ruleset)
    expect(ruleset).toContain('192.168.1.51')
    expect(ruleset).not.toContain('192.168.1.52')
    expect(await ping(one.netns, addresses.router)).toBe(true)
  })
})

describe.each(['L3', 'L2'])('TAP with %s', (bridgeType) => {
  const tap = { ...config, bridgeType, interfaceType: 'tap', tapUserID: String(user) }

  test('packets of a virtual machine go to the router and beyond and back; nothing is left', async () => {
    const world = await useWorld()
    const { host, beyond } = world
    const one = await addContainer(world, 51, tap)
    const machine = await world.addContainer('machine')
    const before = [await captureState(host), await captureState(one.netns)]
    const result = await succeed(program, host, { command: 'ADD', ...one })
    const guest = await startGuest({
      container: one.netns,
      ifName: 'blueveth',
      netns: machine,
      mac: result.interfaces[0].mac,
      address: result.ips[0].address,
      gateway: result.ips[0].gateway,
      user,
    })
    onTestFinished(guest.stop)
    expect(await ping(machine, addresses.router, { packetSize: 9001 })).toBe(true)
    expect(await ping(machine, addresses.beyond)).toBe(true)
    expect(await ping(beyond, '192.168.1.51', { packetSize: 9001 })).toBe(true)
    expect(await ping(host, '192.168.1.51')).toBe(true)
    await succeed(program, host, { command: 'CHECK', ...one, config: checked(one.config, result) })
    await guest.stop()
    await succeed(program, host, { command: 'DEL', ...one })
    expect([await captureState(host), await captureState(one.netns)]).toEqual(before)
  })

  test('several in one namespace; DEL of one leaves the others', async () => {
    const world = await useWorld()
    const { host } = world
    const before = await captureState(host)
    const one = { ...(await addContainer(world, 51, tap)), ifName: 'tap0' }
    const other = { ...(await addContainer(world, 52, tap)), netns: one.netns, ifName: 'tap1' }
    const container = await captureState(one.netns)
    const first = await succeed(program, host, { command: 'ADD', ...one })
    await succeed(program, host, { command: 'ADD', ...other })
    await succeed(program, host, { command: 'DEL', ...other })
    await succeed(program, host, { command: 'CHECK', ...one, config: checked(one.config, first) })
    const { links } = await captureState(one.netns)
    expect(links.map(({ ifname }) => ifname)).toContain('tap0')
    expect(links.map(({ ifname }) => ifname)).not.toContain('tap1')
    await succeed(program, host, { command: 'DEL', ...one })
    expect([await captureState(host), await captureState(one.netns)]).toEqual([before, container])
  })

  test('only its user may open it', async () => {
    const world = await useWorld()
    const one = await addContainer(world, 51, tap)
    const result = await succeed(program, world.host, { command: 'ADD', ...one })
    const guest = startGuest({
      container: one.netns,
      ifName: 'blueveth',
      netns: await world.addContainer('machine'),
      mac: result.interfaces[0].mac,
      address: result.ips[0].address,
      gateway: result.ips[0].gateway,
      user: user + 1,
    })
    await expect(guest).rejects.toThrow('errno 1')
  })

  test('DEL without the namespace path, and GC, remove what is in the container', async () => {
    const world = await useWorld()
    const { host } = world
    const one = await addContainer(world, 51, tap)
    const before = [await captureState(host), await captureState(one.netns)]
    await succeed(program, host, { command: 'ADD', ...one })
    const { netns: _, ...pathless } = one
    await succeed(program, host, { command: 'DEL', ...pathless })
    expect([await captureState(host), await captureState(one.netns)]).toEqual(before)
    await succeed(program, host, { command: 'ADD', ...one })
    const gc = { ...tap, cniVersion: '1.1.0', 'cni.dev/valid-attachments': [] }
    await succeed(program, host, { command: 'GC', config: gc })
    expect([await captureState(host), await captureState(one.netns)]).toEqual(before)
  })

  test('DEL after a refused ADD leaves the TAP interface of somebody else', async () => {
    const world = await useWorld()
    const { host } = world
    const one = await addContainer(world, 51, tap)
    await output(inside(one.netns, ['ip', 'tuntap', 'add', 'dev', 'blueveth', 'mode', 'tap']))
    const before = [await captureState(host), await captureState(one.netns)]
    expect(await fail(program, host, { command: 'ADD', ...one })).toMatchObject({ code: 101 })
    await succeed(program, host, { command: 'DEL', ...one })
    expect([await captureState(host), await captureState(one.netns)]).toEqual(before)
  })
})

describe.each(['L3', 'L2'])('%s in a network namespace of the bridge', (bridgeType) => {
  test.each([
    ['that has its index free', false],
    ['where it gets another index', true],
  ])('%s: ENI, bridge and host ends live there; the last DEL brings the ENI home', async (_, isTaken) => {
    const world = await useWorld()
    const { host, beyond } = world
    const bridge = await world.addContainer('bridge')
    if (isTaken) await output(inside(bridge, ['ip', 'link', 'add', 'other', 'type', 'ifb']))
    const before = [await captureState(host), await captureState(bridge)]
    const inBridge = { ...config, bridgeType, bridgeNetNSPath: bridge }
    const [one, other] = [await addContainer(world, 51, inBridge), await addContainer(world, 52, inBridge)]
    const result = await succeed(program, host, { command: 'ADD', ...one })
    expect(result.interfaces[2]).toMatchObject({ name: expect.stringMatching(/^vpcbr\d+$/), sandbox: bridge })
    await succeed(program, host, { command: 'ADD', ...other })
    const names = (await captureState(host)).links.map(({ ifname }) => ifname)
    expect(names).toEqual(['lo'])
    expect(await ping(one.netns, addresses.beyond)).toBe(true)
    expect(await ping(beyond, '192.168.1.52', { packetSize: 9001 })).toBe(true)
    expect(await ping(one.netns, '192.168.1.52')).toBe(true)
    await succeed(program, host, { command: 'CHECK', ...one, config: checked(one.config, result) })
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await ping(other.netns, addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', ...other })
    const after = [await captureState(host), await captureState(bridge)]
    // An index that was given up the kernel does not give again.
    expect(isTaken ? withoutIndexes(after) : after).toEqual(isTaken ? withoutIndexes(before) : before)
    await succeed(program, host, { command: 'DEL', ...other })
  })

  test("routes of the ENI's own table come home with it, after DEL and after a failed ADD", async () => {
    const world = await useWorld()
    const { host } = world
    await addPolicyTable(host)
    const bridge = await world.addContainer('bridge')
    const one = await addContainer(world, 51, { ...config, bridgeType, bridgeNetNSPath: bridge })
    const before = [await captureState(host), await captureState(bridge)]
    await succeed(program, host, { command: 'ADD', ...one })
    expect(await ping(one.netns, addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', ...one })
    expect([await captureState(host), await captureState(bridge)]).toEqual(before)
    expect(await pingFrom(host, '192.168.1.42', addresses.beyond)).toBe(true)
    await addDefaultRoute(one.netns)
    await fail(program, host, { command: 'ADD', ...one })
    expect([await captureState(host), await captureState(bridge)]).toEqual(before)
  })

  test('addresses come home as they were: with metrics and peers, and without routes', async () => {
    const world = await useWorld()
    const { host } = world
    await addStrangeAddresses(host)
    const bridge = await world.addContainer('bridge')
    const one = await addContainer(world, 51, { ...config, bridgeType, bridgeNetNSPath: bridge })
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', ...one })
    expect(await ping(one.netns, addresses.beyond)).toBe(true)
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await captureState(host)).toEqual(before)
  })

  test("the ENI's own settings come home with it", async () => {
    const world = await useWorld()
    const { host } = world
    await output(inside(host, ['sysctl', '-w', 'net/ipv4/conf/eth10/rp_filter=2']))
    await output(inside(host, ['sysctl', '-w', 'net/ipv6/conf/eth10/disable_ipv6=1']))
    const bridge = await world.addContainer('bridge')
    const one = await addContainer(world, 51, { ...config, bridgeType, bridgeNetNSPath: bridge })
    const before = await captureState(host)
    await succeed(program, host, { command: 'ADD', ...one })
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await captureState(host)).toEqual(before)
  })

  test('a namespace that is not there, or is the container, is refused, and nothing is changed', async () => {
    const world = await useWorld()
    const { host } = world
    const before = await captureState(host)
    const one = await addContainer(world, 51, { ...config, bridgeType, bridgeNetNSPath: '/run/netns/nope' })
    expect(await fail(program, host, { command: 'ADD', ...one })).toMatchObject({
      code: 7,
      msg: expect.stringContaining('bridgeNetNSPath'),
    })
    const own = { ...one.config, bridgeNetNSPath: one.netns }
    expect(await fail(program, host, { command: 'ADD', ...one, config: own })).toMatchObject({ code: 4 })
    await succeed(program, host, { command: 'DEL', ...one })
    expect(await captureState(host)).toEqual(before)
  })
})

test("a bridge's namespace that is the host's is none", async () => {
  const world = await useWorld()
  const { host } = world
  const before = await captureState(host)
  const one = await addContainer(world, 51, { ...config, bridgeNetNSPath: host })
  const result = await succeed(program, host, { command: 'ADD', ...one })
  expect(result.interfaces[2].sandbox).toBeUndefined()
  await succeed(program, host, { command: 'DEL', ...one })
  expect(await captureState(host)).toEqual(before)
})

/** A configuration for CHECK, which is of 0.4.0 and later. */
function checked(configuration: object, prevResult: object): object {
  return { ...configuration, cniVersion: '0.4.0', prevResult: { ...prevResult, cniVersion: '0.4.0' } }
}
