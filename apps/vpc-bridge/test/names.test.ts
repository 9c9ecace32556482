import { indexInBridgeName, recordedName } from '@vpc-bridge/plugin'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { networkNames } from '../src/network/names.ts'

const eni = { name: 'eth10', index: 20 }

describe('networkNames', () => {
  test('are those of the experiment', () => {
    expect(networkNames('vpc', { name: 'eth10', index: 20 })).toEqual({
      bridge: 'vpcbr20',
      dummy: 'vpcbreth10dummy',
      dummyAltName: 'vpcbr20dummy',
    })
  })

  test('the index names the dummy when the name of the ENI is too long for it', () => {
    expect(networkNames('vpc', { name: 'enp0s31f6', index: 3 })).toEqual({
      bridge: 'vpcbr3',
      dummy: 'vpcbr3dummy',
      dummyAltName: 'vpcbrenp0s31f6dummy',
    })
  })

  test('a hash names the dummy when both are too long', () => {
    const names = networkNames('production', { name: 'eth1', index: 123 })
    expect(names.bridge).toBe('productionbr123')
    expect(names.dummy).toMatch(/^dummy[0-9a-f]{10}$/)
    expect(names.dummyAltName).toBe('productionbreth1dummy')
  })

  test('a long name of a network begins the name of its bridge, and a hash goes on', () => {
    expect(networkNames('twelve-chars', { name: 'eth10', index: 2 }).bridge).toBe('twelve-charsbr2')
    const { bridge, dummy, dummyAltName } = networkNames('production-network', eni)
    expect(bridge).toMatch(/^produc[0-9a-f]{5}br20$/)
    expect(dummy).toMatch(/^dummy[0-9a-f]{10}$/)
    expect(dummyAltName).toBe('production-networkbreth10dummy')
    expect(networkNames('production-network', eni).bridge).toBe(bridge)
    const numbered = Array.from({ length: 300 }, (_, n) => networkNames(`production-network-${n}`, eni).bridge)
    expect(new Set([bridge, ...numbered]).size).toBe(301)
  })

  test('fit the kernel, and the index of the ENI can be read in that of the bridge', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/)
    const index = fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.integer({ min: 1, max: 500 }))
    fc.assert(
      fc.property(name, index, (network, number) => {
        const { bridge, dummy, dummyAltName } = networkNames(network, { name: 'enp0s31f6', index: number })
        expect(bridge.length).toBeLessThanOrEqual(15)
        expect(dummy.length).toBeLessThanOrEqual(15)
        expect(dummyAltName.length).toBeLessThanOrEqual(127)
        expect(indexInBridgeName(network, bridge)).toBe(number)
        expect(indexInBridgeName(`${network}x`, bridge)).toBeUndefined()
      }),
    )
  })
})

describe('recordedName', () => {
  test('is the name itself as long as records have room for it', () => {
    expect(recordedName('n'.repeat(63))).toBe('n'.repeat(63))
  })

  test('tells longer names that begin the same apart, from each other and from all shorter ones', () => {
    const [one, other] = [recordedName('n'.repeat(64)), recordedName('n'.repeat(65))]
    expect(one).toMatch(/^n{46}~[0-9a-f]{16}$/)
    expect(one).not.toBe(other)
  })
})
