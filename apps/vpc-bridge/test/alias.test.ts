import { describe, expect, test } from 'vitest'
import { endpointAlias, fitsAlias, networkAlias, readEndpointAlias, readNetworkAlias } from '../src/alias.ts'

const network = {
  network: 'vpc',
  eni: 'eth10',
  mac: '02:00:00:00:00:10',
  before: { up: false, forwarding: '0' },
}
const endpoint = {
  network: 'vpc',
  containerId: 'test-container',
  ifName: 'blueveth',
  addresses: ['192.168.1.43/24', 'fd00::2/64'],
}

describe('aliases', () => {
  test('can be read by people', () => {
    expect(networkAlias(network)).toBe('vpc-bridge network=vpc eni=eth10 mac=02:00:00:00:00:10 up=0 forwarding=0')
    expect(endpointAlias(endpoint)).toBe(
      'vpc-bridge network=vpc container=test-container interface=blueveth addresses=192.168.1.43/24,fd00::2/64',
    )
  })

  test('are read as they were written', () => {
    expect(readNetworkAlias(networkAlias(network))).toEqual(network)
    expect(readEndpointAlias(endpointAlias(endpoint))).toEqual(endpoint)
  })

  test.each([undefined, '', 'uplink to rack 3', 'vpc-bridge', 'vpc-bridge network=vpc', 'vpc-bridge =', '='])(
    '%j is not ours',
    (alias) => {
      expect(readNetworkAlias(alias)).toBeUndefined()
      expect(readEndpointAlias(alias)).toBeUndefined()
    },
  )

  test('one kind is not the other', () => {
    expect(readEndpointAlias(networkAlias(network))).toBeUndefined()
    expect(readNetworkAlias(endpointAlias(endpoint))).toBeUndefined()
  })

  test('have room for the IDs that runtimes use, and no more than the kernel has', () => {
    expect(fitsAlias({ ...endpoint, containerId: 'f'.repeat(64) })).toBe(true)
    expect(fitsAlias({ ...endpoint, containerId: 'f'.repeat(255) })).toBe(false)
  })
})
