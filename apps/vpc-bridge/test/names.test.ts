import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostVethName, macFor, networkNames } from '../src/names.ts'

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
})

describe('hostVethName', () => {
  test('fits an interface, is the same each time, and differs between endpoints', () => {
    const name = hostVethName({ containerId: 'test-container', ifName: 'blueveth' })
    expect(name).toMatch(/^veth[0-9a-f]{11}$/)
    expect(hostVethName({ containerId: 'test-container', ifName: 'blueveth' })).toBe(name)
    expect(hostVethName({ containerId: 'test-container', ifName: 'eth0' })).not.toBe(name)
    expect(hostVethName({ containerId: 'test-container2', ifName: 'blueveth' })).not.toBe(name)
  })

  test('does not repeat over many containers', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => hostVethName({ containerId: `pod-${n}`, ifName: 'eth0' }))
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('macFor', () => {
  test('gives locally administered unicast addresses', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const mac = macFor(seed)
        expect(mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
        expect(Number.parseInt(mac.slice(0, 2), 16) & 0x03).toBe(0x02)
      }),
    )
  })

  test('is FNV-1a, so that versions agree', () => {
    // The published test vector of the hash for "foobar" is 85944171f73967e8.
    expect(macFor('foobar')).toBe('86:94:41:71:f7:39')
  })
})
