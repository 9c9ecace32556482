import { describe, expect, test } from 'vitest'
import { describeProblem } from '../src/index.ts'
import { parseConfig } from './sample.ts'

function addressesOf(...ipAddresses: readonly unknown[]): readonly string[] {
  return parseConfig({ name: 'vpc', eniName: 'eth10', ipAddresses, gatewayIPAddress: '' }).match(
    ({ addresses }) => addresses,
    (problems) => problems.map(describeProblem).filter((problem) => problem.startsWith('ipAddresses')),
  )
}

describe('ipAddresses', () => {
  test('keep their order, in canonical text', () => {
    expect(addressesOf('FD00:0:0:0::2/64', '10.0.0.2/24', 'fd00::10.0.0.8/64')).toEqual([
      'fd00::2/64',
      '10.0.0.2/24',
      'fd00::a00:8/64',
    ])
  })

  test.each([
    ['0.0.0.0/24', 'an unspecified address'],
    ['0.1.2.3/24', 'an unspecified address'],
    ['::/64', 'an unspecified address'],
    ['255.255.255.255/32', 'the broadcast address'],
    ['224.0.0.2/24', 'a multicast address'],
    ['ff02::1/64', 'a multicast address'],
    ['127.0.0.2/32', 'a loopback address'],
    ['::1/128', 'a loopback address'],
    ['fe80::2/64', 'a link-local address'],
    ['10.0.0.0/30', 'the address of the subnet itself'],
    ['10.0.0.3/30', "the subnet's broadcast address"],
    ['fd00::/64', 'the address of the subnet itself'],
    ['10.0.0.2/0', 'an address without a subnet'],
  ])('refuse %s: %s', (address, reason) => {
    expect(addressesOf(address)).toEqual([`ipAddresses[0]: found "${address}", expected ${rule}${reason}`])
  })

  test.each(['fd00::/127', 'fd00::1/127', 'fd00::/128'])(
    'take %s, of a subnet with two addresses or one',
    (address) => {
      expect(addressesOf(address)).toEqual([address])
    },
  )

  test('find an address that is there twice, however it is written', () => {
    expect(addressesOf('fd00::2/64', 'FD00:0::2/128')).toEqual([
      'ipAddresses[1]: found "FD00:0::2/128", expected each address only once',
    ])
  })

  test('count wrong entries too', () => {
    expect(addressesOf(null, '10.0.0.0/24')).toEqual([
      expect.stringMatching(/^ipAddresses\[0\]: found null, /),
      expect.stringMatching(/^ipAddresses\[1\]: found "10\.0\.0\.0\/24", /),
    ])
  })

  test('may be wrong more often than a call takes arguments', () => {
    const many = Array.from<string>({ length: 200_000 }).fill('127.0.0.1/8')
    const problems = parseConfig({ name: 'vpc', eniName: 'eth10', ipAddresses: many })._unsafeUnwrapErr()
    expect(problems).toHaveLength(2 * many.length - 1)
  })
})

const rule = 'an address that a host can have, with the length of its subnet; this is '
