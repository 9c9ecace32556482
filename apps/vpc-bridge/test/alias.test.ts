import type { Alias } from '@vpc-bridge/link'
import { longestContainerId as longestIdOf } from '@vpc-bridge/plugin'
import { describe, expect, test } from 'vitest'
import { endpointAlias, readEndpointAlias, written } from '../src/endpoint/endpoint-record.ts'
import { networkAlias, readNetworkAlias } from '../src/network/network-record.ts'
import { format, isNewerRecord, recordAlias } from '../src/record-text.ts'

const isSaidBy = (alias: Alias, found: string) => typeof alias !== 'string' && alias.isSaidBy(found)

const network = {
  network: 'vpc',
  bridgeType: 'L3',
  eni: 'eth10',
  mac: '02:00:00:00:00:10',
  before: { up: false, forwarding: '0' },
} as const
const endpoint = {
  network: 'vpc',
  containerId: 'test-container',
  ifName: 'blueveth',
  interfaceType: { type: 'veth' },
  addresses: ['192.168.1.43/24', 'fd00::2/64'],
} as const

describe('aliases', () => {
  test('can be read by people', () => {
    expect(networkAlias(network)).toBe('vpc-bridge v=1 network=vpc eni=eth10 mac=02:00:00:00:00:10 up=0 forwarding=0')
    expect(endpointAlias(endpoint)).toBe(
      'vpc-bridge v=1 network=vpc container=test-container interface=blueveth addresses=192.168.1.43/24,fd00::2/64',
    )
  })

  test.each([
    network,
    { ...network, bridgeType: 'L2', before: { up: true, forwarding: '1', mtu: 1500 } },
    { ...network, before: { up: true, forwarding: '1', inet6: { forwarding: '0', acceptRa: '1' } } },
    { ...network, table: 4201 },
  ] as const)('of networks are read as they were written: %j', (record) => {
    expect(readNetworkAlias(networkAlias(record))).toEqual(record)
  })

  test.each([
    endpoint,
    { ...endpoint, addresses: [] },
    {
      ...endpoint,
      interfaceType: { type: 'tap', userId: 1000 },
      mac: '02:00:00:00:00:43',
      netns: '/var/run/netns/blue',
    },
    { ...endpoint, isUnfinished: true },
  ] as const)('of endpoints are read as they were written: %j', (record) => {
    expect(readEndpointAlias(endpointAlias(record))).toEqual(record)
  })

  test('of whoever has made names with an equals sign are read whole', () => {
    const named = { ...endpoint, ifName: 'a=b' }
    expect(readEndpointAlias(endpointAlias(named))).toEqual(named)
  })

  test('without room leave out what is least needed first', () => {
    const interfaceType = { type: 'tap', userId: 0 } as const
    const long = { ...endpoint, interfaceType, containerId: 'f'.repeat(64), netns: `/run/netns/${'x'.repeat(110)}` }
    const { netns: _, ...rest } = long
    expect(readEndpointAlias(endpointAlias(long))).toEqual(rest)
    const longer = { ...long, containerId: 'f'.repeat(180) }
    expect(readEndpointAlias(endpointAlias(longer))).toMatchObject({ containerId: longer.containerId, addresses: [] })
  })

  test.each([
    undefined,
    '',
    'uplink to rack 3',
    'vpc-bridge',
    'vpc-bridge network=vpc',
    'vpc-bridge =',
    '=',
    'vpc-bridge networkX container=c interface=i',
  ])('%j is not ours', (alias) => {
    expect(readNetworkAlias(alias)).toBeUndefined()
    expect(readEndpointAlias(alias)).toBeUndefined()
  })

  test('of the first versions, which had no version, are read, and are as good as those of today', () => {
    const old = networkAlias(network).replace(' v=1', '')
    const oldEndpoint = endpointAlias(endpoint).replace(' v=1', '')
    expect(old).toBe('vpc-bridge network=vpc eni=eth10 mac=02:00:00:00:00:10 up=0 forwarding=0')
    expect(readNetworkAlias(old)).toEqual(network)
    expect(readEndpointAlias(oldEndpoint)).toEqual(endpoint)
    expect(isSaidBy(recordAlias(networkAlias(network)), old)).toBe(true)
    expect(isSaidBy(recordAlias(networkAlias({ ...network, eni: 'eth11' })), old)).toBe(false)
  })

  test('of a format that is newer are not read, and known as such', () => {
    for (const alias of [networkAlias(network), endpointAlias(endpoint)]) {
      expect(isNewerRecord(alias)).toBe(false)
      for (const version of ['2', '10', 'x']) {
        const newer = alias.replace('v=1', `v=${version}`)
        expect(isNewerRecord(newer)).toBe(true)
        expect(readNetworkAlias(newer) ?? readEndpointAlias(newer)).toBeUndefined()
      }
    }
    expect(isNewerRecord('uplink v=2')).toBe(false)
  })

  test('of an endpoint that is unfinished are as good as the finished one only where it may differ', () => {
    const unfinished = endpointAlias({ ...endpoint, isUnfinished: true })
    expect(isSaidBy(recordAlias(endpointAlias(endpoint)), unfinished)).toBe(false)
    expect(isSaidBy(recordAlias(unfinished, ['unfinished']), endpointAlias(endpoint))).toBe(true)
  })

  test('one kind is not the other', () => {
    expect(readEndpointAlias(networkAlias(network))).toBeUndefined()
    expect(readNetworkAlias(endpointAlias(endpoint))).toBeUndefined()
  })

  test('have room for the IDs that runtimes use, and no more than the kernel has', () => {
    const most = longestIdOf(format, written(endpoint))
    expect(most).toBeGreaterThan(64)
    const longest = { ...endpoint, containerId: 'f'.repeat(most), isUnfinished: true } as const
    expect(readEndpointAlias(endpointAlias(longest))).toMatchObject({ containerId: longest.containerId })
    expect(endpointAlias(longest).length).toBeLessThanOrEqual(255)
    expect(endpointAlias({ ...longest, containerId: 'f'.repeat(most + 1) }).length).toBeGreaterThan(255)
  })
})
