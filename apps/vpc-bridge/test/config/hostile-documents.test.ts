import { describeProblem, readText } from '@vpc-bridge/config'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keys } from '../../src/config/keys.ts'
import { parseConfig } from '../../src/config/network-config.ts'

const valid = { name: 'vpc', eniName: 'eth10', ipAddresses: ['192.168.1.43/24'] }

const key = fc.constantFrom(
  'name',
  'eniName',
  'eniMACAddress',
  'eniIPAddresses',
  'vpcCIDRs',
  'bridgeType',
  'bridgeNetNSPath',
  'ipAddresses',
  'gatewayIPAddress',
  'interfaceType',
  'tapUserID',
  'serviceCIDR',
  'runtimeConfig',
  'dns',
)
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.ipV4(), fc.ipV6())

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (json) => {
      const result = readText(json, keys)
      if (result.isErr()) expect(result.error.length).toBeGreaterThan(0)
    }),
  )
})

test('any value of a key is read, or refused by its path', () => {
  const value = fc.oneof(fc.jsonValue(), text, fc.array(text))
  fc.assert(
    fc.property(fc.dictionary(key, value), (changes) => {
      const changed = Object.keys(changes).concat('gatewayIPAddress', 'eniName')
      for (const { path } of problemsOf({ ...valid, ...changes })) expect(changed).toContain(/^\w+/.exec(path)?.[0])
    }),
  )
})

test('every problem is one line', () => {
  fc.assert(
    fc.property(key, text, (changed, value) => {
      for (const problem of problemsOf({ ...valid, [changed]: value })) {
        expect(describeProblem(problem)).toMatch(/^[\w.]+(\[\d+\])?(: found| is missing).*, expected .+$/)
      }
    }),
  )
})

test('valid documents are read, whatever their unknown keys; what was read is canonical', () => {
  const octet = fc.integer({ min: 2, max: 254 })
  const address = fc.tuple(octet, octet, octet).map((octets) => `10.${octets.join('.')}`)
  const document = fc.record({
    name: fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,11}$/),
    eniName: fc.stringMatching(/^[a-z][a-z0-9_-]{0,14}$/),
    ipAddresses: fc
      .uniqueArray(address, { minLength: 1, maxLength: 5 })
      .map((addresses) => addresses.map((each) => `${each}/24`)),
    bridgeType: fc.constantFrom('L2', 'L3'),
    interfaceType: fc.constantFrom('veth', 'tap'),
    unknown: fc.jsonValue(),
  })
  fc.assert(
    fc.property(document, (written) => {
      const config = parseConfig(JSON.parse(JSON.stringify(written)))._unsafeUnwrap()
      expect(config.name).toBe(written.name)
      expect(config.eni).toEqual({ by: 'name', name: written.eniName })
      expect(config.addresses).toEqual(written.ipAddresses)
      expect(config.gateways.inet).toBe(written.ipAddresses[0]?.replace(/\d+\/24$/, '1'))
      const again = { ...written, ipAddresses: config.addresses, gatewayIPAddress: config.gateways.inet }
      expect(parseConfig(again)._unsafeUnwrap()).toEqual(config)
    }),
  )
})

function problemsOf(document: object) {
  return parseConfig(document).match(
    () => [],
    (problems) => problems,
  )
}
