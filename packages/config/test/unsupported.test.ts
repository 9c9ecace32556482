import { describe, expect, test } from 'vitest'
import { describeUnsupported, parseConfig, unsupportedIn } from '../src/index.ts'

const base = { name: 'vpc', eniName: 'eth10', ipAddresses: ['192.168.1.43/24'] }

function unsupported(changes: object): readonly string[] {
  return unsupportedIn(parseConfig({ ...base, ...changes })._unsafeUnwrap()).map(describeUnsupported)
}

describe('unsupportedIn', () => {
  test('finds nothing in an L3 network of veths', () => {
    expect(
      unsupported({ bridgeType: 'L3', interfaceType: 'veth', bridgeNetNSPath: '', ipAddresses: ['fd00::2/64'] }),
    ).toEqual([])
  })

  test('names key and value of everything else', () => {
    expect(
      unsupported({
        bridgeType: 'L2',
        interfaceType: 'tap',
        bridgeNetNSPath: 'red',
      }),
    ).toEqual([
      'bridgeType "L2" is not supported yet',
      'interfaceType "tap" is not supported yet',
      'bridgeNetNSPath "red" is not supported yet',
    ])
  })
})
