import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { captureState, inside, output, ping } from '@vpc-bridge/testbed'
import { describe, expect, test } from 'vitest'
import { builds, config, fail, program, succeed } from './support/runtime.ts'
import { scratchDirectory } from './support/scratch-directory.ts'
import { withoutIndexes } from './support/states.ts'
import { useWorld } from './support/use-world.ts'

const newest = { ...config, cniVersion: '1.1.0' }

/** What an ADD answers. */
interface Made {
  readonly interfaces: readonly object[]
  readonly ips: readonly object[]
}

function withInterface(result: Made, position: number, change: object): Made {
  return { ...result, interfaces: result.interfaces.map((each, n) => (n === position ? { ...each, ...change } : each)) }
}

describe('CHECK', () => {
  const dualStack = { ...newest, ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64'] }

  test.each([
    ['an address', 'blue', 'ip address delete 192.168.1.43/24 dev blueveth', 'address 192.168.1.43/24 on blueveth'],
    ['an IPv6 address', 'blue', 'ip address delete fd00:1::43/128 dev blueveth', 'address fd00:1::43/128'],
    ['the default route', 'blue', 'ip route delete default', 'route 0.0.0.0/0'],
    ['the neighbour entry', 'blue', 'ip neighbour delete 192.168.1.1 dev blueveth', 'neighbour 192.168.1.1'],
    ['the MTU', 'blue', 'ip link set blueveth mtu 1500', 'blueveth has the MTU 1500, not 9001'],
    ['the MAC address', 'blue', 'ip link set blueveth address 02:00:00:00:00:99', '02:00:00:00:00:99'],
    ['a link that is down', 'host', 'ip link set $BRIDGE down', 'is down'],
    ['a missing port', 'host', 'ip link set $VETH nomaster', 'is not a port of vpcbr'],
    ['the host route', 'host', 'ip route delete 192.168.1.43/32', 'route 192.168.1.43/32'],
    [
      'a neighbour entry that is another',
      'blue',
      'ip neighbour replace 192.168.1.1 lladdr 02:00:00:00:00:98 dev blueveth nud permanent',
      'neighbour 192.168.1.1',
    ],
    [
      'a default route that is another',
      'blue',
      'ip route replace default via 192.168.1.9 dev blueveth onlink',
      'route 0.0.0.0/0',
    ],
    ['a host route by another link', 'host', 'ip route replace 192.168.1.43/32 dev eth10', 'route 192.168.1.43/32'],
    ['the host route of IPv6', 'host', 'ip -6 route delete fd00:1::43/128', 'route fd00:1::43/128'],
    ['the router of IPv6', 'host', 'ip address delete fe80::1/64 dev $BRIDGE', 'address fe80::1/64'],
    ['the dummy link', 'host', 'ip link delete vpcbreth10dummy', 'dummy vpcbreth10dummy'],
    ['an ENI that is down', 'host', 'ip link set eth10 down', 'eth10 is down'],
    ['a setting', 'host', 'sh -c "echo 0 >/proc/sys/net/ipv4/conf/$BRIDGE/proxy_arp"', 'proxy_arp is 0, not 1'],
  ] as const)('names %s', { timeout: 60_000 }, async (_, where, command, words) => {
    const world = await useWorld()
    const { host, blue } = world
    const prevResult = await succeed(program, host, { command: 'ADD', netns: blue, config: dualStack })
    const checked = { ...dualStack, prevResult }
    await succeed(program, host, { command: 'CHECK', netns: blue, config: checked })
    const [, veth, bridge] = prevResult.interfaces
    const damage = command.replace('$BRIDGE', bridge.name).replace('$VETH', veth.name)
    await output(inside(world[where], ['sh', '-c', damage]))
    const error = await fail(program, host, { command: 'CHECK', netns: blue, config: checked })
    expect(error).toMatchObject({ code: 107, msg: expect.stringContaining(words) })
  })

  test.each([
    [
      'an address',
      (result: Made) => ({ ...result, ips: [...result.ips, { address: '192.168.1.200/24', interface: 0 }] }),
      'does not have the address 192.168.1.200/24',
    ],
    [
      'a gateway',
      ({ ips, ...result }: Made) => ({ ...result, ips: ips.map((ip) => ({ ...ip, gateway: '192.168.1.9' })) }),
      'not 192.168.1.9 as in prevResult',
    ],
    [
      'a route',
      (result: Made) => ({ ...result, routes: [{ dst: '10.66.0.0/16', gw: '192.168.1.77' }] }),
      'no route to 10.66.0.0/16 by 192.168.1.77',
    ],
    ['an MTU', (result: Made) => withInterface(result, 0, { mtu: 1400 }), 'MTU 9001, not 1400'],
    [
      'a namespace',
      (result: Made) => withInterface(result, 0, { sandbox: '/proc/self/ns/net' }),
      'not in /proc/self/ns/net',
    ],
    [
      "the host's interface",
      (result: Made) => withInterface(result, 1, { name: 'nope0' }),
      'does not have the interface veth',
    ],
    [
      "the bridge's MAC address",
      (result: Made) => withInterface(result, 2, { mac: '02:00:00:00:00:77' }),
      'not 02:00:00:00:00:77',
    ],
  ] as const)('compares %s of the result', async (_, change, words) => {
    const { host, blue } = await useWorld()
    const prevResult = await succeed(program, host, { command: 'ADD', netns: blue, config: newest })
    const upperCase = withInterface(prevResult, 0, { mac: prevResult.interfaces[0].mac.toUpperCase() })
    await succeed(program, host, { command: 'CHECK', netns: blue, config: { ...newest, prevResult: upperCase } })
    const wrong = { ...newest, prevResult: change(prevResult) }
    const error = await fail(program, host, { command: 'CHECK', netns: blue, config: wrong })
    expect(error).toMatchObject({ code: 107, msg: expect.stringContaining(words) })
  })

  test('tolerates the MAC address and the MTU that a later plugin has given the interface', async () => {
    const { host, blue } = await useWorld()
    const made = await succeed(program, host, { command: 'ADD', netns: blue, config: newest })
    const tuning = { cniVersion: '1.0.0', name: 'vpc', type: 'tuning', mac: '02:00:00:00:00:55', mtu: 1400 }
    const environment = { CNI_PATH: '/usr/lib/cni' }
    const prevResult = { ...made, cniVersion: '1.0.0' }
    const add = { command: 'ADD', netns: blue, config: { ...tuning, prevResult }, environment } as const
    const tuned = await succeed(['/usr/lib/cni/tuning'], host, add)
    // Debian's tuning is older than 1.1.0, with which a result tells of an MTU.
    const result = withInterface({ ...tuned, cniVersion: '1.1.0' }, 0, { mtu: 1400 })
    await succeed(program, host, { command: 'CHECK', netns: blue, config: { ...newest, prevResult: result } })
    await output(inside(blue, ['ip', 'link', 'set', 'blueveth', 'mtu', '1300']))
    const error = await fail(program, host, {
      command: 'CHECK',
      netns: blue,
      config: { ...newest, prevResult: result },
    })
    expect(error.msg).toContain('MTU 1300, not 1400')
  })

  test('tolerates what later plugins of a chain have added', async () => {
    const { host, blue } = await useWorld()
    const prevResult = await succeed(program, host, { command: 'ADD', netns: blue, config: newest })
    await output(inside(blue, ['ip', 'address', 'add', '10.99.0.1/32', 'dev', 'blueveth']))
    await output(inside(blue, ['ip', 'route', 'add', '10.98.0.0/24', 'dev', 'blueveth']))
    const interfaces = [...prevResult.interfaces, { name: 'tuning0', sandbox: blue }]
    const extended = { ...newest, prevResult: { ...prevResult, interfaces } }
    await succeed(program, host, { command: 'CHECK', netns: blue, config: extended })
  })
})

describe.each(builds)('$build', ({ program }) => {
  test('the configuration may come late, and be longer than a pipe', async () => {
    const { host, blue } = await useWorld()
    const long = { ...newest, args: { padding: 'x'.repeat(300_000) } }
    // As a process that does not wait for it: what it runs finds its input empty, and not blocking.
    const late = ['sh', '-c', '(sleep 0.3; cat) | "$@"', 'late', ...program]
    await succeed(late, host, { command: 'ADD', netns: blue, config: long })
    await succeed(late, host, { command: 'DEL', netns: blue, config: long })
  })

  describe('GC', () => {
    test('removes what is not valid, namespaces that are gone included, and nothing else', async () => {
      const world = await useWorld()
      const { host, blue } = world
      const red = await world.addContainer('red')
      const grey = await world.addContainer('grey')
      const endpoint = (netns: string, containerId: string, last: number) => ({
        netns,
        containerId,
        config: { ...newest, ipAddresses: [`192.168.1.${last}/24`] },
      })
      await succeed(program, host, { command: 'ADD', ...endpoint(blue, 'blue', 43) })
      const kept = await captureState(host)
      await succeed(program, host, { command: 'ADD', ...endpoint(red, 'red', 44) })
      await succeed(program, host, { command: 'ADD', ...endpoint(grey, 'grey', 45) })
      await world.removeContainer('grey')
      const collect = (valid: object) => ({ command: 'GC', config: { ...newest, ...valid } }) as const
      // The kernel removes the namespace's interfaces a moment later.
      const linkCount = async () => (await captureState(host)).links.length
      await expect.poll(linkCount, { timeout: 20_000 }).toBe(kept.links.length + 1)
      const all = await captureState(host)
      await succeed(program, host, collect({}))
      expect(await captureState(host)).toEqual(all)
      await succeed(
        program,
        host,
        collect({ 'cni.dev/valid-attachments': [{ containerID: 'blue', ifname: 'blueveth' }] }),
      )
      expect(await captureState(host)).toEqual(kept)
      expect(await ping(blue, '192.168.1.1')).toBe(true)
      await succeed(program, host, collect({ 'cni.dev/valid-attachments': null }))
      expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
    })
  })

  test('GC of a network leaves the one of the same name on another ENI', async () => {
    const { host, blue, addContainer } = await useWorld()
    await output(inside(host, ['ip', 'link', 'add', 'eth11', 'type', 'ifb']))
    const before = await captureState(host)
    const red = await addContainer('red')
    const other = { ...newest, eniName: 'eth11', ipAddresses: ['192.168.1.44/24'] }
    await succeed(program, host, { command: 'ADD', netns: blue, containerId: 'blue', config: newest })
    const first = await captureState(host)
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: other })
    const collect = { ...other, 'cni.dev/valid-attachments': [] }
    await succeed(program, host, { command: 'GC', config: collect })
    expect(withoutIndexes(await captureState(host))).toEqual(withoutIndexes(first))
    await succeed(program, host, { command: 'ADD', netns: red, containerId: 'red', config: other })
    await succeed(program, host, { command: 'DEL', netns: blue, containerId: 'blue', config: newest })
    await succeed(program, host, { command: 'DEL', netns: red, containerId: 'red', config: other })
    expect(await captureState(host)).toEqual(before)
  })

  describe('STATUS', () => {
    test('is well when an ADD can succeed, and changes nothing', async () => {
      const { host } = await useWorld()
      const before = await captureState(host)
      await succeed(program, host, { command: 'STATUS', config: newest })
      expect(await captureState(host)).toEqual(before)
    })

    test('tells that the ENI is missing, and that the bridge is full', { timeout: 120_000 }, async () => {
      const { host, blue } = await useWorld()
      const missing = await fail(program, host, { command: 'STATUS', config: { ...newest, eniName: 'eth11' } })
      expect(missing).toMatchObject({ code: 50, msg: expect.stringContaining('eth11') })
      const { interfaces } = await succeed(program, host, { command: 'ADD', netns: blue, config: newest })
      const bridge = interfaces[2].name
      const lines = Array.from({ length: 1021 }, (_, n) => `link add name p${n} master ${bridge} type ifb`)
      await output(inside(host, ['ip', '-batch', '-']), { input: lines.join('\n') })
      const full = await fail(program, host, { command: 'STATUS', config: newest })
      expect(full).toMatchObject({ code: 50, msg: expect.stringContaining('1023 ports') })
    })
  })

  describe('IPAM', () => {
    test('addresses from host-local, checked, and released when the endpoint goes', async () => {
      const world = await useWorld()
      const { host, blue } = world
      const dataDir = await scratchDirectory()
      const subnet = { subnet: '192.168.1.0/24', rangeStart: '192.168.1.60', rangeEnd: '192.168.1.61' }
      const withIpam = {
        ...config,
        cniVersion: '1.0.0',
        ipAddresses: undefined,
        ipam: { type: 'host-local', dataDir, ranges: [[subnet]] },
      }
      const environment = { CNI_PATH: '/usr/lib/cni' }
      const before = [await captureState(host), await captureState(blue)]
      const add = { command: 'ADD', netns: blue, config: withIpam, environment } as const
      const prevResult = await succeed(program, host, add)
      expect(prevResult.ips).toEqual([{ address: '192.168.1.60/24', gateway: '192.168.1.1', interface: 0 }])
      await world.assignToEni('192.168.1.60')
      expect(await ping(blue, '10.1.0.2')).toBe(true)
      await succeed(program, host, { ...add, command: 'CHECK', config: { ...withIpam, prevResult } })

      const reserved = async () => (await readdir(join(dataDir, 'vpc'))).filter((name) => /^\d/.test(name))
      expect(await reserved()).toEqual(['192.168.1.60'])
      // The interface is taken: what the IPAM plugin has given for it goes back.
      expect(await fail(program, host, { ...add, containerId: 'other' })).toMatchObject({ code: 101 })
      expect(await reserved()).toEqual(['192.168.1.60'])
      await succeed(program, host, { ...add, command: 'DEL' })
      expect(await reserved()).toEqual([])
      expect([await captureState(host), await captureState(blue)]).toEqual(before)
    })

    test('routes that it gives are made, checked and reported', async () => {
      const { host, blue } = await useWorld()
      const dataDir = await scratchDirectory()
      const routes = [{ dst: '10.77.0.9/16', gw: '192.168.1.254' }, { dst: '0.0.0.0/0' }, { dst: '10.78.0.0/16' }]
      const subnet = [{ subnet: '192.168.1.0/24', rangeStart: '192.168.1.60', gateway: '192.168.1.1' }]
      const ipam = { type: 'host-local', dataDir, routes, ranges: [subnet] }
      const withIpam = { ...config, cniVersion: '1.0.0', ipAddresses: undefined, gatewayIPAddress: undefined, ipam }
      const add = { netns: blue, config: withIpam, environment: { CNI_PATH: '/usr/lib/cni' } }
      const prevResult = await succeed(program, host, { ...add, command: 'ADD' })
      expect(prevResult.routes).toEqual([
        { dst: '0.0.0.0/0', gw: '192.168.1.1' },
        { dst: '10.77.0.0/16', gw: '192.168.1.254' },
        { dst: '10.78.0.0/16' },
      ])
      const shown = JSON.parse(await output(inside(blue, ['ip', '-json', 'route'])))
      for (const [dst, gateway] of [
        ['default', '192.168.1.1'],
        ['10.77.0.0/16', '192.168.1.254'],
        ['10.78.0.0/16', '192.168.1.1'],
      ]) {
        expect(shown).toContainEqual(expect.objectContaining({ dst, gateway, dev: 'blueveth' }))
      }
      const check = { ...add, command: 'CHECK', config: { ...withIpam, prevResult } } as const
      await succeed(program, host, check)
      const odd = { ...add, containerId: 'odd', ifName: 'odd0', config: { ...withIpam, gatewayIPAddress: 'fd00::1' } }
      expect(await fail(program, host, { ...odd, command: 'ADD' })).toMatchObject({
        code: 7,
        msg: expect.stringContaining('gatewayIPAddress: found "fd00::1", expected an IPv4 address'),
      })
      await output(inside(blue, ['ip', 'route', 'delete', '10.77.0.0/16']))
      expect((await fail(program, host, check)).msg).toContain('no route to 10.77.0.0/16 by 192.168.1.254')
    })

    test('is not asked for an ADD that cannot be', async () => {
      const { host } = await useWorld()
      const directory = await scratchDirectory()
      const [plugin, asked] = [join(directory, 'fake'), join(directory, 'asked')]
      await writeFile(plugin, `#!/bin/sh\necho $CNI_COMMAND >>${asked}\n`, { mode: 0o755 })
      const fake = { ...config, ipAddresses: undefined, ipam: { type: 'fake' } }
      const environment = { CNI_PATH: directory }
      for (const [netns, change, code] of [
        ['/proc/self/ns/net', {}, 4],
        [host, {}, 4],
        ['/nowhere', {}, 3],
        ['/nowhere', { eniName: 'eth11' }, 3],
      ] as const) {
        const add = { command: 'ADD', netns, config: { ...fake, ...change }, environment } as const
        expect(await fail(program, host, add)).toMatchObject({ code })
      }
      expect(await readdir(directory)).toEqual(['fake'])
    })

    test('an IPAM plugin that is not there is an error that says where it was looked for', async () => {
      const { host, blue } = await useWorld()
      const before = [await captureState(host), await captureState(blue)]
      const wrong = { ...config, ipam: { type: 'nope' } }
      const error = await fail(program, host, { command: 'ADD', netns: blue, config: wrong })
      expect(error).toMatchObject({ code: 7, msg: expect.stringContaining('"nope"') })
      expect([await captureState(host), await captureState(blue)]).toEqual(before)
    })
  })

  test('in a chain the result is added to that of the plugins before', async () => {
    const { host, blue } = await useWorld()
    const prevResult = {
      cniVersion: '1.1.0',
      interfaces: [{ name: 'first0', sandbox: blue }],
      ips: [{ address: '10.0.0.2/24', interface: 0 }],
      dns: { nameservers: ['10.0.0.1'] },
    }
    const result = await succeed(program, host, { command: 'ADD', netns: blue, config: { ...newest, prevResult } })
    expect(result).toMatchObject({
      interfaces: [{ name: 'first0' }, { name: 'blueveth', mtu: 9001 }, { mtu: 9001 }, { mtu: 9001 }],
      ips: [
        { address: '10.0.0.2/24', interface: 0 },
        { address: '192.168.1.43/24', interface: 1 },
      ],
      dns: { nameservers: ['10.0.0.1'] },
    })
  })

  test('a pod gets its namespace into the search domains, and one IPv6 address reported', async () => {
    const { host, blue } = await useWorld()
    const environment = {
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web;K8S_POD_INFRA_CONTAINER_ID=x',
    }
    const pod = {
      ...newest,
      ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64', 'fd00:1::44/64'],
      dns: { search: ['{%namespace%}.svc.cluster.local', 'cluster.local'] },
    }
    const result = await succeed(program, host, { command: 'ADD', netns: blue, config: pod, environment })
    expect(result.ips.map(({ address }: { address: string }) => address)).toEqual(['192.168.1.43/24', 'fd00:1::43/64'])
    expect(result.dns).toEqual({ search: ['shop.svc.cluster.local', 'cluster.local'] })
    await succeed(program, host, { command: 'CHECK', netns: blue, config: { ...pod, prevResult: result }, environment })
    const addresses = await output(inside(blue, ['ip', '-6', 'address', 'show', 'blueveth']))
    expect(addresses).toContain('fd00:1::44/128')
  })

  test('the runtime may ask for a MAC address, the configuration for an MTU', async () => {
    const { host, blue } = await useWorld()
    const wanted = { ...newest, mtu: 1500, runtimeConfig: { mac: '02:00:00:00:00:77', ips: ['192.168.1.77/24'] } }
    const result = await succeed(program, host, { command: 'ADD', netns: blue, config: wanted })
    expect(result.interfaces[0]).toMatchObject({ mac: '02:00:00:00:00:77', mtu: 1500 })
    expect(result.ips).toMatchObject([{ address: '192.168.1.77/24' }])
    const [link] = JSON.parse(await output(inside(blue, ['ip', '-json', 'link', 'show', 'blueveth'])))
    expect(link).toMatchObject({ address: '02:00:00:00:00:77', mtu: 1500 })
  })
})
