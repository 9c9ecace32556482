import { expect, test } from 'vitest'
import { card, type Field, fields, key, list, readDocument, routedAddresses, text, withArgs } from '../src/index.ts'

const read = <T>(value: object, field: Field<T>) => readDocument(value, field)
const paths = (value: object, field: Field<unknown>) =>
  read(value, field).match(
    () => [],
    (problems) => problems.map(({ path }) => path),
  )

test('A network card is read by its name, its MAC address in any form, or both; one must be there.', () => {
  const eni = (value: object) => read(value, card('eniName', 'eniMACAddress', 'the ENI'))
  expect(eni({ eniName: 'eth1' })._unsafeUnwrap()).toEqual({ name: 'eth1' })
  expect(eni({ eniMACAddress: '0A-1B-2C-3D-4E-5F' })._unsafeUnwrap()).toEqual({ mac: '0a:1b:2c:3d:4e:5f' })
  expect(paths({}, card('trunkName', 'trunkMACAddress', 'the trunk'))).toEqual(['trunkName'])
  expect(paths({ eniName: 'a/b' }, card('eniName', 'eniMACAddress', 'the ENI'))).toEqual(['eniName'])
})

test('Addresses get the first router of their IP version.', () => {
  const routed = routedAddresses('ips', 'routers')
  const value = { ips: ['10.2.0.5/24', 'FD00::5/64'], routers: ['fe80::1', '10.2.0.1', '10.2.0.2'] }
  expect(read(value, routed)._unsafeUnwrap()).toEqual([
    { address: '10.2.0.5/24', gateway: '10.2.0.1' },
    { address: 'fd00::5/64', gateway: 'fe80::1' },
  ])
  expect(read({ ips: ['10.2.0.5/24'] }, routed)._unsafeUnwrap()).toEqual([{ address: '10.2.0.5/24' }])
  expect(paths({ ips: ['10.2.0.5', '10.2.0.0/24'], routers: ['224.0.0.1'] }, routed)).toEqual([
    'ips[0]',
    'ips[1]',
    'routers[0]',
  ])
})

test('CNI_ARGS have the values of the keys that may be in them, and of no others.', () => {
  const args = {
    BranchVlanID: '101',
    IPAddresses: '10.2.0.5/24,10.2.0.6/24',
    TrunkName: 'eth9',
    GatewayIPAddresses: '',
  }
  const own = fields({
    branchVlanID: key('branchVlanID', text, ''),
    ipAddresses: key('ipAddresses', list(text), ''),
    gatewayIPAddresses: key('gatewayIPAddresses', list(text), ''),
    trunkName: key('trunkName', text, ''),
  })
  const keys = { texts: ['branchVlanID'], lists: ['ipAddresses', 'gatewayIPAddresses'] }
  const value = { branchVlanID: 5, trunkName: 'eth1', gatewayIPAddresses: ['10.2.0.1'] }
  expect(readDocument(value, withArgs(keys, own), 'ADD', { args })._unsafeUnwrap()).toEqual({
    branchVlanID: '101',
    ipAddresses: ['10.2.0.5/24', '10.2.0.6/24'],
    gatewayIPAddresses: ['10.2.0.1'],
    trunkName: 'eth1',
  })
})
