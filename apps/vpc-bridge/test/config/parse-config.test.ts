import { describeProblem } from '@vpc-bridge/config'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/network-config.ts'
import { config as seed } from '../support/runtime.ts'
import { refused } from './documents.ts'

function problemsOf(changes: object): readonly string[] {
  return parseConfig({ ...seed, ...changes }).match(
    () => [],
    (problems) => problems.map(describeProblem),
  )
}

describe('parseConfig', () => {
  test("reads the experiment's configuration", () => {
    expect(parseConfig(seed)._unsafeUnwrap()).toEqual({
      name: 'vpc',
      eni: { by: 'name', name: 'eth10', mac: '12:34:56:78:9a:bc' },
      eniAddresses: ['192.168.1.42/24'],
      vpcCidrs: ['192.168.0.0/16'],
      bridgeType: 'L3',
      addresses: ['192.168.1.43/24'],
      gateways: { inet: '192.168.1.1' },
      interface: { type: 'veth' },
      mtu: 9001,
      dns: {},
    })
  })

  test('reads every other key of the reference plugin', () => {
    const config = parseConfig({
      ...seed,
      eniName: undefined,
      eniMACAddress: '0A-1B-2C-3D-4E-5F',
      bridgeType: 'L2',
      bridgeNetNSPath: '/run/netns/bridge',
      interfaceType: 'tap',
      tapUserID: '1000',
      serviceCIDR: '10.100.3.4/16',
      ipAddresses: ['192.168.1.43/24', 'FD00:0:0:0::2/64'],
      dns: { nameservers: ['169.254.169.253'], domain: 'ec2.internal', search: ['a', 'b'], options: ['ndots:2'] },
      runtimeConfig: { portMappings: [] },
      prevResult: {},
    })
    expect(config._unsafeUnwrap()).toEqual({
      name: 'vpc',
      eni: { by: 'mac', mac: '0a:1b:2c:3d:4e:5f' },
      eniAddresses: ['192.168.1.42/24'],
      vpcCidrs: ['192.168.0.0/16'],
      bridgeType: 'L2',
      bridgeNetns: '/run/netns/bridge',
      addresses: ['192.168.1.43/24', 'fd00::2/64'],
      gateways: { inet: '192.168.1.1' },
      interface: { type: 'tap', userId: 1000 },
      mtu: 9001,
      serviceCidr: '10.100.0.0/16',
      dns: { nameservers: ['169.254.169.253'], domain: 'ec2.internal', search: ['a', 'b'], options: ['ndots:2'] },
    })
  })

  test('takes addresses and MAC address from the runtime, and addresses from an IPAM plugin', () => {
    const wanted = { ips: ['192.168.1.50/24'], mac: '02:00:00:00:00:50' }
    expect(parseConfig({ ...seed, runtimeConfig: wanted })._unsafeUnwrap()).toMatchObject({
      addresses: ['192.168.1.50/24'],
      mac: '02:00:00:00:00:50',
    })
    const ipam = { type: 'host-local', subnet: '192.168.1.0/24' }
    const config = parseConfig({ ...seed, ipAddresses: undefined, gatewayIPAddress: '', ipam, mtu: 1500 })
    expect(config._unsafeUnwrap()).toMatchObject({
      ipam: { type: 'host-local' },
      addresses: [],
      gateways: {},
      mtu: 1500,
    })
    expect(problemsOf({ ipAddresses: [], ipam: {} })).toHaveLength(1)
    expect(problemsOf({ ipAddresses: ['garbage'], ipam })).toMatchObject([expect.stringContaining('ipAddresses[0]')])
  })

  test.each([
    [{ mtu: 1000 }, 'mtu'],
    [{ mtu: '9001' }, 'mtu'],
    [{ mtu: 70_000 }, 'mtu'],
    [{ ipam: 'host-local' }, 'ipam'],
    [{ ipam: { type: '../evil' } }, 'ipam.type'],
    [{ ipam: { subnet: '10.0.0.0/8' } }, 'ipam.type'],
    [{ runtimeConfig: [] }, 'runtimeConfig'],
    [{ runtimeConfig: { mac: 'nope' } }, 'runtimeConfig.mac'],
    [{ runtimeConfig: { ips: ['10.0.0.1'] } }, 'runtimeConfig.ips[0]'],
  ])('%j is a problem at %s', (changes, path) => {
    expect(problemsOf(changes)).toEqual([expect.stringContaining(path)])
  })

  test('ignores keys that it does not know', () => {
    expect(problemsOf({ 'x.example/key': [1], mtuu: 3 })).toEqual([])
  })

  test('reports all problems at once, each with path, value and what is right', () => {
    expect(
      problemsOf({
        name: '-vpc',
        eniName: 'eth/0',
        ipAddresses: ['192.168.1.43/24', '192.168.1.300/24', 7],
        bridgeType: 'L4',
      }),
    ).toEqual([
      'name: found "-vpc", expected the name of the network: letters, digits, "_", "." and "-", a letter or digit first',
      'eniName: found "eth/0", expected the name, or alternative name, of a network interface: 1 to 127 bytes of visible characters, without "/", ":", "%" or white space, and not ".", "..", "all" or "default"',
      'bridgeType: found "L4", expected "L2" or "L3"',
      'ipAddresses[1]: found "192.168.1.300/24", expected an IP address with prefix length, such as "192.168.1.43/24"',
      'ipAddresses[2]: found 7, expected an IP address with prefix length, such as "192.168.1.43/24"',
    ])
  })

  test.each(refused)('refuses %s', (_, changes, message) => {
    const problems = problemsOf(changes)
    expect(problems.join('\n')).toContain(message)
  })

  test.each([[null], [[]], ['text'], [7], [undefined]])('refuses %j as a document', (value) => {
    expect(parseConfig(value)._unsafeUnwrapErr().map(describeProblem)[0]).toContain('expected a JSON object')
  })

  test('finds the router: the first address of the subnet', () => {
    const config = { ...seed, ipAddresses: ['10.1.2.130/25'], gatewayIPAddress: undefined }
    expect(parseConfig(config)._unsafeUnwrap().gateways).toEqual({ inet: '10.1.2.129' })
  })

  test('takes nothing from the prototype of objects', () => {
    const own = JSON.parse('{"__proto__": {"bridgeType": "L4"}}')
    const inherited = Object.assign(Object.create({ bridgeType: 'L4' }), seed, { bridgeType: undefined })
    expect(problemsOf(own)).toEqual([])
    expect(parseConfig({ ...seed, __proto__: null }).isOk()).toBe(true)
    delete inherited.bridgeType
    expect(parseConfig(inherited)._unsafeUnwrap().bridgeType).toBe('L3')
  })

  test('takes null and empty texts for left out', () => {
    const empty = {
      eniMACAddress: '',
      eniIPAddresses: null,
      vpcCIDRs: [],
      interfaceType: '',
      tapUserID: null,
      dns: null,
    }
    expect(problemsOf({ ...empty, runtimeConfig: null, serviceCIDR: '', gatewayIPAddress: '' })).toEqual([])
  })

  test.each([
    { runtimeConfig: '' },
    { runtimeConfig: {} },
    { runtimeConfig: { ips: null, mac: null, portMappings: null } },
    { runtimeConfig: { ips: [], mac: '', dns: {} } },
    { args: null },
    { args: '' },
    { args: { cni: null } },
    { args: { cni: { ips: null, mac: '', labels: [] } } },
    { ipam: null },
    { ipam: '' },
    { ipam: {} },
    { ipam: { type: '' } },
    { ipam: { type: null, subnet: '', ranges: null, routes: [], dns: {} } },
    { dns: null },
    { dns: '' },
    { dns: { nameservers: null, domain: '', search: [], options: null } },
    { mtu: null },
    { mtu: '' },
    { vpcCIDRs: '', eniIPAddresses: '' },
    { prevResult: null, capabilities: null },
  ])('takes %j as if it were not there', (empty) => {
    for (const command of ['ADD', 'CHECK', 'DEL', 'GC', 'STATUS'] as const) {
      const plain = { ...seed, vpcCIDRs: [], eniIPAddresses: [] }
      expect(parseConfig({ ...plain, ...empty }, command)).toEqual(parseConfig(plain, command))
    }
  })

  test('takes names of any length', () => {
    expect(parseConfig({ ...seed, name: 'n'.repeat(300) })._unsafeUnwrap().name).toBe('n'.repeat(300))
  })

  test('refuses the IPAM plugin dhcp, and lets nothing else fail for it', () => {
    const { ipAddresses: _, ...others } = seed
    const document = { ...others, ipam: { type: 'dhcp' } }
    for (const command of ['ADD', 'STATUS'] as const) {
      const problems = parseConfig(document, command)._unsafeUnwrapErr()
      expect(problems).toMatchObject([{ path: 'ipam.type', found: 'dhcp' }])
      expect(problems.map(describeProblem)[0]).toMatch(
        /before there is an interface.*a VPC answers its own interfaces only$/,
      )
    }
    for (const command of ['CHECK', 'DEL', 'GC'] as const) {
      expect(parseConfig(document, command)._unsafeUnwrap()).not.toHaveProperty('ipam')
    }
  })

  test.each(['0A:1B:2C:3D:4E:5F', '0a-1b-2c-3d-4e-5f', '0a1b.2c3d.4e5f'])('reads the MAC address %s', (text) => {
    const { eni } = parseConfig({ ...seed, eniMACAddress: text })._unsafeUnwrap()
    expect(eni).toEqual({ by: 'name', name: 'eth10', mac: '0a:1b:2c:3d:4e:5f' })
  })

  test('only an ADD needs an address', () => {
    const { ipAddresses: _, ...others } = seed
    expect(parseConfig(others, 'ADD')._unsafeUnwrapErr()).toMatchObject([{ path: 'ipAddresses' }])
    for (const command of ['CHECK', 'DEL', 'GC', 'STATUS'] as const) {
      expect(parseConfig(others, command)._unsafeUnwrap()).toMatchObject({ name: 'vpc', addresses: [] })
    }
  })

  test.each([
    { ipAddresses: ['192.168.1.300/24'] },
    { ipAddresses: 'none' },
    { gatewayIPAddress: 'nowhere' },
    { mtu: -1 },
    { runtimeConfig: { ips: [0], mac: '' } },
    { runtimeConfig: 'none' },
    { dns: [] },
    { interfaceType: 'tap', tapUserID: 'root' },
    { vpcCIDRs: [''], eniIPAddresses: [''], serviceCIDR: 'none' },
  ])('what is wrong with making an endpoint keeps none from being removed: %o', (change) => {
    for (const command of ['ADD', 'CHECK', 'STATUS'] as const) {
      expect(parseConfig({ ...seed, ...change }, command).isErr()).toBe(true)
    }
    for (const command of ['DEL', 'GC'] as const) {
      expect(parseConfig({ ...seed, ...change }, command)._unsafeUnwrap()).toMatchObject({ name: 'vpc' })
    }
  })

  test('a removal needs to know which network, and where its links are', () => {
    for (const change of [
      { name: '' },
      { eniName: 'all', eniMACAddress: '' },
      { bridgeType: 'L4' },
      { ipam: { type: 1 } },
    ]) {
      expect(parseConfig({ ...seed, ...change }, 'DEL').isErr()).toBe(true)
    }
  })
})
