import { expect, test } from 'vitest'
import {
  cardOf,
  choiceOf,
  type Document,
  macAddressOf,
  readDocument,
  routedAddressesOf,
  wholeNumberOf,
  withArgs,
} from '../src/index.ts'

const read = <T>(value: object, reader: (document: Document) => T) => readDocument(value, reader)
const paths = (value: object, reader: (document: Document) => unknown) =>
  read(value, reader).match(
    () => [],
    (problems) => problems.map(({ path }) => path),
  )

test('A network card is read by its name, its MAC address in any form, or both; one must be there.', () => {
  const card = (value: object) => read(value, (document) => cardOf(document, 'eniName', 'eniMACAddress'))
  expect(card({ eniName: 'eth1' })._unsafeUnwrap()).toEqual({ name: 'eth1' })
  expect(card({ eniMACAddress: '0A-1B-2C-3D-4E-5F' })._unsafeUnwrap()).toEqual({ mac: '0a:1b:2c:3d:4e:5f' })
  expect(paths({}, (document) => cardOf(document, 'trunkName', 'trunkMACAddress'))).toEqual(['trunkName'])
  expect(paths({ eniName: 'a/b' }, (document) => cardOf(document, 'eniName', 'eniMACAddress'))).toEqual(['eniName'])
  expect(paths({}, (document) => macAddressOf(document, 'branchMACAddress'))).toEqual(['branchMACAddress'])
})

test('Addresses get the first router of their IP version.', () => {
  const routed = (document: Document) => routedAddressesOf(document, 'ips', 'routers')
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

test('A number is read as one, or as a text; a choice is one of a few, the first if it is left out.', () => {
  const id = (document: Document) =>
    wholeNumberOf(document, 'id', { what: 'a VLAN', least: 1, most: 4094, isNeeded: true })
  expect([read({ id: 101 }, id), read({ id: '101' }, id)].map((each) => each._unsafeUnwrap())).toEqual([101, 101])
  for (const wrong of [0, 4095, 1.5, '0x10', ' 5', 'five', true, undefined])
    expect(paths({ id: wrong }, id)).toEqual(['id'])
  const type = (document: Document) => choiceOf(document, 'type', ['vlan', 'tap'])
  expect([read({}, type), read({ type: 'tap' }, type)].map((each) => each._unsafeUnwrap())).toEqual(['vlan', 'tap'])
  expect(paths({ type: 'veth' }, type)).toEqual(['type'])
})

test('CNI_ARGS have the values of the keys that may be in them, and of no others.', () => {
  const args = {
    BranchVlanID: '101',
    IPAddresses: '10.2.0.5/24,10.2.0.6/24',
    TrunkName: 'eth9',
    GatewayIPAddresses: '',
  }
  const keys = { texts: ['branchVlanID'], lists: ['ipAddresses', 'gatewayIPAddresses'] }
  const value = { branchVlanID: 5, trunkName: 'eth1', gatewayIPAddresses: ['10.2.0.1'] }
  const found = read(value, (document) => {
    const { at } = withArgs(document, args, keys)
    return ['branchVlanID', 'ipAddresses', 'gatewayIPAddresses', 'trunkName'].map(at)
  })
  expect(found._unsafeUnwrap()).toEqual(['101', ['10.2.0.5/24', '10.2.0.6/24'], ['10.2.0.1'], 'eth1'])
})
