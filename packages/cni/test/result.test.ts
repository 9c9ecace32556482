import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CniResult, formatResult, mergeResult, type SpecVersion, specVersions } from '../src/index.ts'
import { parseIpamResult, parseResult } from '../src/parse-result.ts'

/** Everything that 1.1.0 knows. */
const full: CniResult = {
  interfaces: [
    { name: 'br0', mac: '02:00:00:00:00:01', mtu: 9001 },
    {
      name: 'eth0',
      mac: '02:00:00:00:00:02',
      mtu: 1500,
      sandbox: '/run/netns/blue',
      socketPath: '/s',
      pciID: '0000:00:1f.6',
    },
  ],
  ips: [
    { address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 1 },
    { address: 'fd00::2/64', interface: 1 },
  ],
  routes: [
    { dst: '0.0.0.0/0', gw: '10.0.0.1', mtu: 1400, advmss: 1360, priority: 10, table: 0, scope: 253 },
    { dst: 'fd00:1::/64' },
  ],
  dns: { nameservers: ['10.0.0.10'], domain: 'a.example', search: ['b.example'], options: ['ndots:5'] },
}

/** The same without what came with 1.1.0. */
const plain: CniResult = {
  ...full,
  interfaces: [
    { name: 'br0', mac: '02:00:00:00:00:01' },
    { name: 'eth0', mac: '02:00:00:00:00:02', sandbox: '/run/netns/blue' },
  ],
  routes: [{ dst: '0.0.0.0/0', gw: '10.0.0.1' }, { dst: 'fd00:1::/64' }],
}

const written = (version: SpecVersion, result: CniResult) => JSON.parse(formatResult(version, result))

describe('formatResult', () => {
  test('1.1.0 has everything', () => {
    expect(written('1.1.0', full)).toStrictEqual({ cniVersion: '1.1.0', ...full })
  })

  test('1.0.0 knows less of interfaces and routes', () => {
    expect(written('1.0.0', full)).toStrictEqual({ cniVersion: '1.0.0', ...plain })
  })

  test.each(['0.3.0', '0.3.1', '0.4.0'] as const)('%s tells the version of each address besides', (cniVersion) => {
    expect(written(cniVersion, full)).toStrictEqual({
      cniVersion,
      ...plain,
      ips: [
        { version: '4', address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 1 },
        { version: '6', address: 'fd00::2/64', interface: 1 },
      ],
    })
  })
})

describe('parseResult', () => {
  test.each(specVersions)('reads what %s writes', (version) => {
    const expected = version === '1.1.0' ? full : plain
    expect(parseResult(written(version, full), 'prevResult')._unsafeUnwrap()).toStrictEqual(expected)
  })

  test('takes absent, null and empty for nothing, and leaves out what nobody knows', () => {
    const document = {
      interfaces: [{ name: 'eth0', mac: '', sandbox: null, colour: 'blue' }],
      ips: null,
      dns: { domain: '', search: [] },
      more: 1,
    }
    expect(parseResult(document, 'prevResult')._unsafeUnwrap()).toStrictEqual({
      interfaces: [{ name: 'eth0' }],
      ips: [],
      routes: [],
      dns: {},
    })
  })

  test('tells all that is wrong, and where', () => {
    const document = {
      cniVersion: '0.2.0',
      interfaces: [{ mac: 1 }, 'eth0', { name: 'eth0', mtu: 1.5 }],
      ips: [
        { address: '10.0.0.2', gateway: '10.0.0.1/24', interface: 3 },
        { address: '10.0.0.2/33', interface: -1 },
        { address: 'fe80::1%eth0/64' },
      ],
      routes: { dst: '0.0.0.0/0' },
      dns: { nameservers: 'a', search: [1] },
    }
    const problems = parseResult(document, 'prevResult')._unsafeUnwrapErr().split('; ')
    const prefix = 'expected an IP address with prefix length, such as "192.168.1.43/24"'
    expect(problems.toSorted()).toEqual(
      [
        'prevResult.cniVersion: found "0.2.0", expected one of 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0',
        'prevResult.interfaces[0].name: missing, expected the name of an interface',
        'prevResult.interfaces[0].mac: found 1, expected a text',
        'prevResult.interfaces[1]: found "eth0", expected an object',
        'prevResult.interfaces[1].name: missing, expected the name of an interface',
        'prevResult.interfaces[2].mtu: found 1.5, expected an integer, 0 or more',
        `prevResult.ips[0].address: found "10.0.0.2", ${prefix}`,
        'prevResult.ips[0].gateway: found "10.0.0.1/24", expected an IP address without prefix length, such as "192.168.1.1"',
        'prevResult.ips[0].interface: found 3, expected a position in interfaces, of which there are 3',
        `prevResult.ips[1].address: found "10.0.0.2/33", ${prefix}`,
        'prevResult.ips[1].interface: found -1, expected an integer, 0 or more',
        `prevResult.ips[2].address: found "fe80::1%eth0/64", ${prefix}`,
        'prevResult.routes: found an object, expected a list',
        'prevResult.dns.nameservers: found "a", expected a list',
        'prevResult.dns.search: found a list, expected a list of texts',
      ].toSorted(),
    )
  })

  test('of whatever is no result, says so in one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = parseResult(value, 'prevResult').match(JSON.stringify, (problems) => problems)
        expect(line).not.toContain('\n')
      }),
    )
  })
})

describe('parseIpamResult', () => {
  test('has nothing of interfaces, even if there is', () => {
    const document = { ips: [{ address: '10.0.0.2/24', interface: 0 }], routes: [{ dst: '0.0.0.0/0' }] }
    expect(parseIpamResult(document, 'result')._unsafeUnwrap()).toStrictEqual({
      ips: [{ address: '10.0.0.2/24' }],
      routes: [{ dst: '0.0.0.0/0' }],
      dns: {},
    })
  })

  test('has an address', () => {
    expect(parseIpamResult({}, 'result')._unsafeUnwrapErr()).toBe(
      'result.ips: missing, expected a list of at least one address',
    )
  })
})

describe('mergeResult', () => {
  const own: CniResult = {
    interfaces: [{ name: 'veth1' }, { name: 'net1', sandbox: '/run/netns/blue' }],
    ips: [{ address: '10.1.0.2/24', interface: 1 }, { address: '10.1.0.3/24' }],
    routes: [{ dst: '10.1.0.0/16' }],
    dns: {},
  }

  test('puts its own behind the previous, with addresses still at their interfaces', () => {
    const merged = mergeResult(full, own)
    expect(merged).toStrictEqual({
      interfaces: [...full.interfaces, ...own.interfaces],
      ips: [...full.ips, { address: '10.1.0.2/24', interface: 3 }, { address: '10.1.0.3/24' }],
      routes: [...full.routes, ...own.routes],
      dns: full.dns,
    })
    expect(merged.interfaces[merged.ips[2]?.interface ?? -1]).toEqual({ name: 'net1', sandbox: '/run/netns/blue' })
  })

  test('prefers its own DNS, as a whole', () => {
    expect(mergeResult(full, { ...own, dns: { search: ['c.example'] } }).dns).toEqual({ search: ['c.example'] })
    expect(mergeResult(full, { ...own, dns: { nameservers: [] } }).dns).toEqual(full.dns)
  })

  test('of one that made nothing is the previous', () => {
    expect(mergeResult(full, { interfaces: [], ips: [], routes: [], dns: {} })).toStrictEqual(full)
  })
})
