import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostVethName, macFor } from '../../src/endpoint/names.ts'

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
