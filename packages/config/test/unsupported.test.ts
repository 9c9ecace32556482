import { describe, expect, test } from 'vitest'
import { describeUnsupported, parseConfig, unsupportedIn } from '../src/index.ts'

const base = { name: 'vpc', eniName: 'eth10', ipAddresses: ['192.168.1.43/24'] }

function unsupported(changes: object): readonly string[] {
  return unsupportedIn(parseConfig({ ...base, ...changes })._unsafeUnwrap()).map(describeUnsupported)
}

describe('unsupportedIn', () => {
  test('finds nothing in an L3 network of veths with IPv4', () => {
    expect(unsupported({ bridgeType: 'L3', interfaceType: 'veth', bridgeNetNSPath: '' })).toEqual([])
  })

  test('names key and value of everything else', () => {
    expect(
      unsupported({
        bridgeType: 'L2',
        interfaceType: 'tap',
        bridgeNetNSPath: 'red',
        ipAddresses: ['192.168.1.43/24', 'fd00::2/64'],
      }),
    ).toEqual([
      'bridgeType "L2" is not supported yet',
      'interfaceType "tap" is not supported yet',
      'bridgeNetNSPath "red" is not supported yet',
      'ipAddresses "fd00::2/64" is not supported yet',
    ])
  })
})
