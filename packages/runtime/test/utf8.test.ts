import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8, utf8Length } from '../src/utf8.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
/** UTF-16 units of each kind, also halves of pairs, in any order. */
const unit = fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff }), surrogate())
const text = fc.array(unit).map((units) => String.fromCharCode(...units))
/** Bytes that are near to some UTF-8. */
const byte = fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf))
const lead = fc.constantFrom(0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff)
const bytes = fc.array(fc.oneof(byte, lead)).map((each) => Uint8Array.from(each))

function surrogate() {
  return fc.integer({ min: 0xd800, max: 0xdfff })
}

test('any text is encoded as TextEncoder does', () => {
  fc.assert(
    fc.property(text, (each) => {
      expect(encodeUtf8(each)).toEqual(encoder.encode(each))
      expect(utf8Length(each)).toBe(encoder.encode(each).length)
    }),
    { numRuns: 2000 },
  )
})

test('any bytes are decoded as TextDecoder does', () => {
  fc.assert(
    fc.property(bytes, (each) => {
      expect(decodeUtf8(each)).toBe(decoder.decode(each))
    }),
    { numRuns: 5000 },
  )
})

test('all sequences of two bytes, and of a lead and three, are decoded as TextDecoder does', () => {
  for (let first = 0; first < 256; first += 1) {
    for (let second = 0; second < 256; second += 1) {
      for (const rest of [[], [0x80], [0x80, 0x80], [0xbf, 0xbf], [0x80, 0x41]]) {
        const sequence = Uint8Array.of(first, second, ...rest)
        if (decodeUtf8(sequence) !== decoder.decode(sequence)) expect([...sequence]).toEqual('decoded alike')
      }
    }
  }
})

test('each code point is what it was after it has been encoded and decoded', () => {
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const each = String.fromCodePoint(point)
    if (decodeUtf8(encodeUtf8(each)) !== each) expect(point).toBe('the same')
  }
})
