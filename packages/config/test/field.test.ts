import { describe, expect, test } from 'vitest'
import {
  address,
  addressWithLength,
  boolean,
  type Command,
  describeProblem,
  type Field,
  fields,
  forMaking,
  interfaceName,
  type Kind,
  key,
  keysWithoutEffect,
  list,
  mac,
  neededIpam,
  neededKey,
  nonEmptyList,
  number,
  oneOf,
  orElse,
  prefix,
  readDocument,
  section,
  text,
  withoutEffect,
} from '../src/index.ts'

function read<T>(value: unknown, field: Field<T>, command?: Command) {
  return readDocument(value, field, command).mapErr((problems) => problems.map(describeProblem))
}

const meaning = <T>(value: unknown, field: Field<T>, command?: Command) => read(value, field, command)._unsafeUnwrap()
const problems = <T>(value: unknown, field: Field<T>, command?: Command) =>
  read(value, field, command)._unsafeUnwrapErr()

describe('A kind of value', () => {
  test.each<[Kind<unknown>, unknown, unknown]>([
    [text, 'any', 'any'],
    [interfaceName, 'eth0', 'eth0'],
    [prefix, '10.1.2.3/8', '10.0.0.0/8'],
    [mac, '0A-1B-2C-3D-4E-5F', '0a:1b:2c:3d:4e:5f'],
    [oneOf('vlan', 'tap'), 'tap', 'tap'],
    [boolean, true, true],
    [number(1, 4094), 101, 101],
    [number(1, 4094, { orText: true }), '101', 101],
    [number(1, 4094, { orText: true }), 101, 101],
    [list(prefix), [], []],
    [list(prefix), ['10.0.0.0/8', 'fd00::/8'], ['10.0.0.0/8', 'fd00::/8']],
    [nonEmptyList(mac), ['0a:1b:2c:3d:4e:5f'], ['0a:1b:2c:3d:4e:5f']],
  ])('of the schema $schema takes %j for %j.', (kind, written, expected) => {
    expect(meaning({ a: written }, fields({ a: key('a', kind, '') }))).toEqual({ a: expected })
  })

  test.each<[Kind<unknown>, unknown, string]>([
    [text, 7, 'a: found 7, expected a text'],
    [oneOf('vlan', 'tap', 'macvtap'), 'x', 'a: found "x", expected "vlan", "tap" or "macvtap"'],
    [boolean, 'true', 'a: found "true", expected true or false'],
    [number(1, 4094), '101', 'a: found "101", expected a whole number from 1 to 4094'],
    [number(1, 4094), 1.5, 'a: found 1.5, expected a whole number from 1 to 4094'],
    [number(1, 4094, { orText: true }), '4095', 'a: found "4095", expected a whole number from 1 to 4094'],
    [number(1, 4094, { orText: true }), '0x1', 'a: found "0x1", expected a whole number from 1 to 4094'],
    [list(text), 'x', 'a: found "x", expected a list, each entry a text'],
    [list(text), ['x', 7], 'a[1]: found 7, expected a text'],
    [nonEmptyList(text), [], 'a: found [], expected a list of at least one entry, each a text'],
    [nonEmptyList(text), [7], 'a[0]: found 7, expected a text'],
    [nonEmptyList(text), 'x', 'a: found "x", expected a list, each entry a text'],
  ])('of the schema $schema refuses %j.', (kind, written, expected) => {
    expect(problems({ a: written }, key('a', kind, ''))).toEqual([expected])
  })

  test('of addresses gives them with their bytes.', () => {
    const all = fields({ one: key('one', address, ''), two: key('two', addressWithLength, '') })
    const [one, two] = [
      { address: 'fd00::1', length: 128, family: 'inet6' },
      { address: '10.1.2.3', length: 8 },
    ]
    expect(meaning({ one: 'FD00:0::1', two: '10.1.2.3/8' }, all)).toMatchObject({ one, two })
  })
})

describe('A key', () => {
  test('that is left out has its default value, or none.', () => {
    const all = fields({ a: key('a', text, ''), b: orElse('b', key('b', text, '')) })
    for (const leftOut of [undefined, null, '']) {
      expect(Object.entries(meaning({ a: leftOut, b: leftOut }, all))).toEqual([['b', 'b']])
    }
  })

  test('is needed by every command, or by those that are told.', () => {
    expect(problems({}, neededKey('a', text, ''), 'DEL')).toEqual(['a is missing, expected a text'])
    const forAdd = neededKey('a', nonEmptyList(text), '', ['ADD'])
    expect(problems({}, forAdd)).toEqual(['a is missing, expected a list of at least one entry, each a text'])
    expect(meaning({}, forAdd, 'DEL')).toBeUndefined()
    expect(meaning({ a: ['x'] }, forAdd, 'DEL')).toEqual(['x'])
  })

  test('for the making of an endpoint keeps none from being removed.', () => {
    const making = forMaking(orElse(7, key('a', number(1, 9), '')))
    for (const command of ['ADD', 'CHECK', 'STATUS'] as const)
      expect(problems({ a: 'x' }, making, command)).toHaveLength(1)
    for (const command of ['DEL', 'GC'] as const) expect(meaning({ a: 'x' }, making, command)).toBe(7)
  })

  test('without effect is told of when it is there, and judged.', () => {
    const unused = fields({
      a: withoutEffect(key('a', prefix, '')),
      b: withoutEffect(key('b', text, ''), ', but to …'),
    })
    expect(keysWithoutEffect({ A: '10.0.0.0/8', b: 'x' }, unused)).toEqual([
      'a has no effect here',
      'b has no effect here, but to …',
    ])
    expect(keysWithoutEffect({ a: '', c: 'x' }, unused)).toEqual([])
    expect(problems({ a: 'x' }, unused)).toHaveLength(1)
  })

  test('of a section is found by its path.', () => {
    const all = section('s', 'an object', '', fields({ a: key('a', boolean, '') }))
    expect(meaning({ s: { a: true } }, all)).toEqual({ a: true })
    expect(meaning({}, all)).toBeUndefined()
    expect(problems({ s: { a: 1 } }, all)).toEqual(['s.a: found 1, expected true or false'])
    expect(problems({ s: [] }, all)).toEqual(['s: found [], expected an object'])
  })
})

test('A plugin may need another one for its addresses.', () => {
  expect(meaning({ ipam: { type: 'host-local' } }, neededIpam)).toEqual({ type: 'host-local' })
  expect(meaning({}, neededIpam, 'DEL')).toBeUndefined()
  for (const ipam of [undefined, {}, { type: '' }]) expect(problems({ ipam }, neededIpam)).toHaveLength(1)
  expect(problems({ ipam: { type: 7 } }, neededIpam)).toHaveLength(1)
})
