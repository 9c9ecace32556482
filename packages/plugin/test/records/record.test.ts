import { expect, test } from 'vitest'
import { readEndpoint, writeEndpoint } from '../../src/records/endpoint-record.ts'
import { recordFormat } from '../../src/records/record.ts'

const format = recordFormat('cable', 1)
const endpoint = { network: 'net', containerId: 'c1', ifName: 'eth0', addresses: ['10.1.0.5/24', 'fd00::5/64'] }

test('A record is read as it was written.', () => {
  const alias = writeEndpoint(format, endpoint)
  expect(alias).toBe('cable v=1 network=net container=c1 interface=eth0 addresses=10.1.0.5/24,fd00::5/64')
  expect(readEndpoint(format, alias)).toEqual({ ...endpoint, entries: format.read(alias) })
  expect(readEndpoint(format, writeEndpoint(format, { ...endpoint, isUnfinished: true }))).toMatchObject({
    isUnfinished: true,
  })
})

test('Addresses for which an alias has no room are left out.', () => {
  const addresses = Array.from({ length: 20 }, (_, n) => `10.1.0.${100 + n}/24`)
  const alias = writeEndpoint(format, { ...endpoint, addresses })
  expect(alias.length).toBeLessThanOrEqual(255)
  expect(readEndpoint(format, alias)).toEqual({ ...endpoint, addresses: [], entries: format.read(alias) })
})

test.each([
  undefined,
  '',
  'a link of a person',
  'cabletv v=1 network=net container=c1 interface=eth0',
  'cable v=1 network=net',
])('The alias %j is no record of an endpoint.', (alias) => expect(readEndpoint(format, alias)).toBeUndefined())

test('A record of a newer version is known as one, and not read.', () => {
  const newer = writeEndpoint(recordFormat('cable', 2), endpoint)
  expect(format.isNewer(newer)).toBe(true)
  expect(format.read(newer)).toEqual({})
  expect(format.isNewer(newer.replace('cable', 'other'))).toBe(false)
})

test('A link that carries the same record in another order keeps it.', () => {
  const alias = format.alias(writeEndpoint(format, { ...endpoint, isUnfinished: true }), ['unfinished'])
  const isSaidBy = typeof alias === 'string' ? undefined : alias.isSaidBy
  expect(isSaidBy?.('cable addresses=10.1.0.5/24,fd00::5/64 interface=eth0 container=c1 network=net')).toBe(true)
  expect(isSaidBy?.('cable addresses=10.1.0.5/24,fd00::5/64 interface=eth1 container=c1 network=net')).toBe(false)
})
