import { expect, test } from 'vitest'
import {
  boolean,
  describeProblem,
  fields,
  ipam,
  key,
  mapField,
  mtu,
  networkName,
  orElse,
  readDocument,
} from '../src/index.ts'

const read = (value: unknown) =>
  readDocument(
    value,
    fields({
      name: networkName,
      mtu: orElse(1500, key('mtu', mtu, 'in bytes')),
      isOn: orElse(false, key('isOn', boolean, 'on')),
      ipam: mapField(ipam, (found) => found?.type),
    }),
  )

test("A plugin's own keys are read beside the common ones, with its defaults.", () => {
  const document = { name: 'a-network-with-a-long-name', isOn: true, ipam: { type: 'host-local' }, other: 1 }
  const meaning = { name: document.name, mtu: 1500, isOn: true, ipam: 'host-local' }
  expect(read(document)._unsafeUnwrap()).toEqual(meaning)
  expect(read({ name: 'n', isOn: null, mtu: 0 })._unsafeUnwrap()).toMatchObject({ mtu: 1500, isOn: false })
})

test('All that is wrong is reported at once, with its path.', () => {
  const problems = read({ name: '/', mtu: 1, isOn: 'yes', ipam: 7 })._unsafeUnwrapErr()
  expect(problems.map(({ path }) => path)).toEqual(['name', 'mtu', 'isOn', 'ipam'])
  expect(problems.map(describeProblem)[2]).toBe('isOn: found "yes", expected true or false')
})

test.each([[[]], ['text'], [null]])('The document %j is none.', (value) => {
  expect(read(value)._unsafeUnwrapErr()).toMatchObject([{ path: '', expected: 'a JSON object' }])
})
