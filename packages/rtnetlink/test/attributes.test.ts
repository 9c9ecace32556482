import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeAttributes,
  encodeAttributes,
  isText,
  listAttributes,
  nest,
  readText,
  readU32,
  text,
  u32,
} from '../src/attributes.ts'

const empty = new Uint8Array(0)
const attribute = fc.record({ type: fc.integer({ min: 0, max: 0x3fff }), value: fc.uint8Array({ maxLength: 300 }) })

describe('attributes', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(attribute), (attributes) => {
        expect(listAttributes(encodeAttributes(attributes)).map(({ type, value }) => [type, [...value]])).toEqual(
          attributes.map(({ type, value }) => [type, [...value]]),
        )
      }),
    )
  })

  test('of texts are read as they were written, or the text is none', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.nat(0x12000).map((length) => 'a'.repeat(length)),
    )
    const withZero = fc.tuple(value, value).map(([one, other]) => `${one}\0${other}`)
    fc.assert(
      fc.property(fc.oneof(value, withZero), (written) => {
        // As deep as a name of the far end of a pair is, beside the longest that can be there.
        const inner = nest(1, [text(3, written), text(20, 'a'.repeat(0x4000))])
        const outer = listAttributes(encodeAttributes([nest(2, [inner]), u32(5, 1)]))
        const read = readText(decodeAttributes(listAttributes(outer[0]?.value ?? empty)[0]?.value ?? empty, [3]), 3)
        if (isText(written)) expect([read, outer.length]).toEqual([written, 2])
        else expect(written.includes('\0') || new TextEncoder().encode(written).length > 0x4000).toBe(true)
      }),
    )
  })

  test('have the layout of netlink(7): length, type, value, padding', () => {
    expect([...encodeAttributes([text(3, 'lo'), u32(4, 0x01020304)])]).toEqual([
      7, 0, 3, 0, 0x6c, 0x6f, 0, 0, 8, 0, 4, 0, 4, 3, 2, 1,
    ])
    expect([...nest(18, [u32(1, 1)], new Uint8Array([9, 9, 9, 9])).value]).toEqual([9, 9, 9, 9, 8, 0, 1, 0, 1, 0, 0, 0])
  })

  test('of any bytes are read to an end, and not past it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const total = listAttributes(bytes).reduce((sum, { value }) => sum + value.length + 4, 0)
        expect(total).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })

  test('that are cut short are left out', () => {
    const whole = encodeAttributes([u32(1, 1), text(2, 'a name')])
    for (let length = 0; length < whole.length - 1; length += 1) {
      const read = decodeAttributes(whole.subarray(0, length), [1, 2])
      expect(read.has(1)).toBe(length >= 8)
      expect(read.has(2)).toBe(false)
    }
  })

  test('that are not wanted are left out; of those that are there twice the last counts', () => {
    const read = decodeAttributes(encodeAttributes([u32(1, 1), u32(2, 2), u32(1, 3)]), [1])
    expect(readU32(read, 1)).toBe(3)
    expect(read.has(2)).toBe(false)
  })

  test('too short for what they are to be are not there', () => {
    const read = decodeAttributes(encodeAttributes([{ type: 1, value: new Uint8Array(3) }]), [1, 2])
    expect(readU32(read, 1)).toBeUndefined()
    expect(readU32(read, 2)).toBeUndefined()
    expect(readText(read, 2)).toBeUndefined()
  })
})
