import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureState, inside, output, ping } from '@vpc-bridge/testbed'
import { describe, expect, onTestFinished, test } from 'vitest'
import { builds, config, fail, succeed } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

const newest = { ...config, cniVersion: '1.1.0' }

/** A directory that is gone after the test. */
async function scratchDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vpc-bridge-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

describe.each(builds)('$build', ({ program }) => {
  describe('CHECK', () => {
    const dualStack = { ...newest, ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64'] }

    test.each([
      ['an address', 'blue', 'ip address delete 192.168.1.43/24 dev blueveth', 'address 192.168.1.43/24 on blueveth'],
      ['an IPv6 address', 'blue', 'ip address delete fd00:1::43/128 dev blueveth', 'address fd00:1::43/128'],
      ['the default route', 'blue', 'ip route delete default', 'route 0.0.0.0/0'],
      ['the neighbour entry', 'blue', 'ip neighbour delete 192.168.1.1 dev blueveth', 'neighbour 192.168.1.1'],
      ['the MTU', 'blue', 'ip link set blueveth mtu 1500', 'mtu=9001'],
      ['the MAC address', 'blue', 'ip link set blueveth address 02:00:00:00:00:99', '02:00:00:00:00:99'],
      ['a link that is down', 'host', 'ip link set $BRIDGE down', 'up=true'],
      ['a missing port', 'host', 'ip link set $VETH nomaster', 'master=vpcbr'],
      ['the host route', 'host', 'ip route delete 192.168.1.43/32', 'route 192.168.1.43/32'],
      ['a setting', 'host', 'sh -c "echo 0 >/proc/sys/net/ipv4/conf/$BRIDGE/proxy_arp"', 'proxy_arp=1'],
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
      expect(await fail(program, host, collect({}))).toMatchObject({ code: 7 })
      await succeed(
        program,
        host,
        collect({ 'cni.dev/valid-attachments': [{ containerID: 'blue', ifname: 'blueveth' }] }),
      )
      expect(await captureState(host)).toEqual(kept)
      expect(await ping(blue, '192.168.1.1')).toBe(true)
      await succeed(program, host, collect({ 'cni.dev/valid-attachments': [] }))
      expect((await captureState(host)).links.map(({ ifname }) => ifname)).toEqual(['lo', 'eth10'])
    })
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
