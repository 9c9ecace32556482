import { describe, expect, test } from 'vitest'
import { networkNames } from '../src/names.ts'

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
