import { describe, expect, test } from 'vitest'
import { describeProblem } from '../src/index.ts'
import { parseConfig } from './sample.ts'

const seed = { name: 'vpc', eniName: 'eth10', ipAddresses: ['192.168.1.43/24'] }

/** By their precedence. */
const sources = [
  { runtimeConfig: { ips: ['192.168.1.50/24'], mac: '02:00:00:00:00:50' } },
  { args: { cni: { ips: ['192.168.1.51/24'], mac: '02:00:00:00:00:51' } } },
  { cniArgs: { IP: '192.168.1.52/24', MAC: '02:00:00:00:00:52' } },
] as const

function parse({ cniArgs = {}, ...changes }: Record<string, unknown> & { cniArgs?: Record<string, string> }) {
  return parseConfig({ ...seed, ...changes }, 'ADD', { args: cniArgs })
}

function problemsOf(changes: Parameters<typeof parse>[0]): readonly string[] {
  return parse(changes).match(
    () => [],
    (problems) => problems.map(describeProblem),
  )
}

describe('what a runtime asks for', () => {
  test('comes in the place of the own addresses: by runtimeConfig before args.cni, and by that before CNI_ARGS', () => {
    for (const first of sources.keys()) {
      const changes = Object.assign({}, ...sources.slice(first))
      expect(parse(changes)._unsafeUnwrap()).toMatchObject({
        addresses: [`192.168.1.5${first}/24`],
        mac: `02:00:00:00:00:5${first}`,
      })
    }
    expect(parse({})._unsafeUnwrap()).not.toHaveProperty('mac')
  })

  test('may come by several ways, each for its own', () => {
    const changes = {
      runtimeConfig: { ips: [] },
      args: { cni: { mac: '02:00:00:00:00:51' } },
      cniArgs: { IP: '192.168.1.52' },
    }
    expect(parse(changes)._unsafeUnwrap()).toMatchObject({ addresses: ['192.168.1.52/24'], mac: '02:00:00:00:00:51' })
  })

  test('may be several addresses in CNI_ARGS', () => {
    const cniArgs = { IP: '192.168.1.52/24, FD00:0::52/64,' }
    expect(parse({ cniArgs })._unsafeUnwrap().addresses).toEqual(['192.168.1.52/24', 'fd00::52/64'])
  })

  test.each([
    [{ runtimeConfig: { ips: ['x'], mac: 'x' } }, ['runtimeConfig.ips[0]: found "x"', 'runtimeConfig.mac: found "x"']],
    [{ args: { cni: { ips: 'x', mac: 7 } } }, ['args.cni.ips: found "x"', 'args.cni.mac: found 7']],
    [{ cniArgs: { IP: '192.168.1.52/24,x', MAC: 'x' } }, ['CNI_ARGS.IP[1]: found "x"', 'CNI_ARGS.MAC: found "x"']],
  ])('is judged: %j', (changes, expected) => {
    expect(problemsOf(changes)).toEqual(expected.map((each) => expect.stringContaining(each)))
  })

  test('is not judged where it comes to nothing: another one goes before it, or an IPAM plugin reads it', () => {
    const wrong = { args: { cni: { ips: ['x'], mac: 'x' } }, cniArgs: { IP: 'x', MAC: 'x' } }
    expect(problemsOf({ ...wrong, ...sources[0] })).toEqual([])
    const ipam = { type: 'host-local' }
    for (const changes of [
      { runtimeConfig: { ips: ['10.1.1.5'] } },
      { args: { cni: { ips: ['x', 7] } } },
      { cniArgs: { IP: '10.1.1.5' } },
    ]) {
      expect(parse({ ...changes, ipam })._unsafeUnwrap().addresses).toEqual([])
    }
  })

  test('leaves what else is in args to others', () => {
    for (const args of ['x', [], { cni: 'x' }, { cni: { labels: [{ key: 'app' }] }, 'example.com/a': 1 }]) {
      expect(parse({ args })._unsafeUnwrap().addresses).toEqual(['192.168.1.43/24'])
    }
  })
})

describe('an address without prefix length', () => {
  const wanted = (...ips: readonly string[]) => ({ runtimeConfig: { ips } })
  const addressesOf = (changes: object) => parse({ ...changes })._unsafeUnwrap().addresses

  test('gets that of the one subnet that the configuration tells of', () => {
    expect(addressesOf(wanted('192.168.1.50'))).toEqual(['192.168.1.50/24'])
    const ipAddresses = ['192.168.1.43/24', '10.0.0.9/8', 'fd00:1::43/64']
    expect(addressesOf({ ...wanted('FD00:1::50', '10.1.1.5'), ipAddresses, gatewayIPAddress: '10.0.0.1' })).toEqual([
      'fd00:1::50/64',
      '10.1.1.5/8',
    ])
    expect(addressesOf({ ...wanted('10.1.1.5'), ipAddresses: null, eniIPAddresses: ['10.1.1.2/20'] })).toEqual([
      '10.1.1.5/20',
    ])
    expect(addressesOf({ ...wanted('192.168.1.50'), eniIPAddresses: ['192.168.1.42/24'] })).toEqual(['192.168.1.50/24'])
  })

  test.each([
    ['in no subnet', { ...wanted('10.1.1.5') }],
    ['of another IP version', { ...wanted('fd00::5') }],
    ['in two subnets', { ...wanted('192.168.1.50'), eniIPAddresses: ['192.168.1.42/20'] }],
    ['with no subnet told', { ...wanted('192.168.1.50'), ipAddresses: undefined }],
  ])('is refused %s', (_, changes) => {
    expect(problemsOf(changes)).toEqual([
      expect.stringMatching(
        /^runtimeConfig\.ips\[0\]: found ".*", expected an IP address with prefix length, .*; or without, in one subnet of ipAddresses and eniIPAddresses$/,
      ),
    ])
  })

  test('is judged with it, as any other', () => {
    expect(problemsOf(wanted('192.168.1.255'))).toEqual([
      expect.stringContaining("this is the subnet's broadcast address"),
    ])
  })

  test('is none for ipAddresses', () => {
    expect(problemsOf({ ipAddresses: ['192.168.1.43/24', '192.168.1.44'] })).toHaveLength(1)
  })
})
