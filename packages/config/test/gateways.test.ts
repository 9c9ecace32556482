import { describe, expect, test } from 'vitest'
import { describeProblem } from '../src/index.ts'
import { parseConfig } from './sample.ts'

function gatewaysOf(ipAddresses: readonly string[], gatewayIPAddress?: unknown) {
  return parseConfig({ name: 'vpc', eniName: 'eth10', ipAddresses, gatewayIPAddress }).match(
    ({ gateways }) => gateways,
    (problems) => problems.map(describeProblem),
  )
}

describe('gateways', () => {
  test.each([
    [['10.1.2.130/25'], '10.1.2.129'],
    [['10.1.2.130/30'], '10.1.2.129'],
    [['10.1.2.130/8'], '10.0.0.1'],
    [['10.1.2.3/24', '10.9.9.9/24'], '10.1.2.1'],
  ])("of %j is the first subnet's first address", (ipAddresses, gateway) => {
    expect(gatewaysOf(ipAddresses)).toEqual({ inet: gateway })
    expect(gatewaysOf(ipAddresses, '')).toEqual({ inet: gateway })
  })

  test.each([
    ['a single address', ['10.0.0.2/32']],
    ['a point-to-point subnet', ['10.0.0.2/31']],
    ['a subnet that begins at 0.0.0.0', ['10.0.0.2/4']],
    ["the container's own address", ['10.0.0.1/24']],
    ["another of the container's own addresses", ['10.0.0.2/24', '10.0.0.1/24']],
  ])('are not derived from %s', (_, ipAddresses) => {
    for (const leftOut of [undefined, null, '']) {
      const problems = gatewaysOf(ipAddresses, leftOut)
      expect(problems).toEqual([
        expect.stringMatching(/^gatewayIPAddress.* an IPv4 address: none can be derived from /),
      ])
    }
    expect(gatewaysOf(ipAddresses, '10.0.0.3')).toEqual({ inet: '10.0.0.3' })
  })

  test('may lie outside the subnet', () => {
    expect(gatewaysOf(['10.0.0.2/32'], '169.254.1.1')).toEqual({ inet: '169.254.1.1' })
  })

  test('are one for each family', () => {
    const ipAddresses = ['10.0.0.2/24', 'fd00::2/64']
    expect(gatewaysOf(ipAddresses, 'FE80::0001')).toEqual({ inet: '10.0.0.1', inet6: 'fe80::1' })
    expect(gatewaysOf(ipAddresses, '10.0.0.9')).toEqual({ inet: '10.0.0.9' })
    expect(gatewaysOf(['fd00::2/64'])).toEqual({})
  })

  test.each([
    ['the subnet', '10.0.0.0', 'this is the address of the subnet itself'],
    ["the subnet's broadcast address", '10.0.0.255', "this is the subnet's broadcast address"],
    ['a loopback address', '127.0.0.1', 'this is a loopback address'],
    ['an unspecified address', '0.0.0.0', 'this is an unspecified address'],
    ['every host', '255.255.255.255', 'this is the broadcast address'],
    ['a prefix', '10.0.0.1/24', 'an IP address without prefix length'],
    ['an IPv4 address in IPv6 form', '::ffff:10.0.0.1', 'an IP address without prefix length'],
    ['a number', 7, 'an IP address without prefix length'],
    ['the wrong family', 'fe80::1', 'an IPv4 address, as those of ipAddresses are'],
  ])('cannot be %s', (_, gateway, expected) => {
    expect(gatewaysOf(['10.0.0.2/24'], gateway)).toContainEqual(
      expect.stringMatching(new RegExp(`^gatewayIPAddress: found .*${expected}`)),
    )
  })

  test('are not blamed for the faults of addresses', () => {
    expect(gatewaysOf(['fd00::2/64', '10.0.0.300/24'], '10.0.0.1')).toEqual([
      expect.stringMatching(/^ipAddresses\[1\]/),
    ])
  })
})
