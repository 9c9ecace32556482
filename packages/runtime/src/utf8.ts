/*
 * UTF-8 as TextEncoder and TextDecoder (with `ignoreBOM`: a U+FEFF at the start stays) do it, in plain TypeScript: not every engine
 * has them. For short texts, such as names of links.
 *
 * Source: https://encoding.spec.whatwg.org/#utf-8
 */

/** Returns a text's UTF-8 bytes. A surrogate without its other half becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text))
  let end = 0
  for (let n = 0; n < text.length; n += 1) {
    const unit = text.charCodeAt(n)
    if (unit < 0x80) {
      bytes[end] = unit
      end += 1
      continue
    }
    const point = scalarAt(text, n)
    const length = lengthOf(point)
    if (length === 4) n += 1
    bytes[end] = (leadMarks[length] ?? 0) | (point >> (6 * (length - 1)))
    for (let rest = 1; rest < length; rest += 1)
      bytes[end + rest] = 0x80 | ((point >> (6 * (length - 1 - rest))) & 0x3f)
    end += length
  }
  return bytes
}

/** Returns the number of a text's UTF-8 bytes. */
export function utf8Length(text: string): number {
  let length = text.length
  for (let n = 0; n < text.length; n += 1) {
    if (text.charCodeAt(n) < 0x80) continue
    const bytes = lengthOf(scalarAt(text, n))
    // A pair of surrogates counts as two already.
    length += bytes === 4 ? 2 : bytes - 1
    if (bytes === 4) n += 1
  }
  return length
}

/** Returns the text of UTF-8 bytes. Each longest part of them that is no UTF-8 but the start of some, or else byte, becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = ''
  let n = 0
  while (n < bytes.length) {
    const lead = bytes[n] ?? 0
    n += 1
    if (lead < 0x80) {
      text += String.fromCharCode(lead)
      continue
    }
    const length = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    let point = lead & (0x7f >> length)
    let rest = length - 1
    // The second byte excludes what is longer than it need be, surrogates, and what is beyond U+10FFFF.
    let least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    let most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    while (rest > 0) {
      const byte = bytes[n] ?? 0
      if (byte < least || byte > most) break
      point = (point << 6) | (byte & 0x3f)
      least = 0x80
      most = 0xbf
      n += 1
      rest -= 1
    }
    text += length === 1 || rest > 0 ? '\ufffd' : String.fromCodePoint(point)
  }
  return text
}

/** Marks of the first byte, by the length of the sequence. */
const leadMarks = [0, 0, 0xc0, 0xe0, 0xf0]

function lengthOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
}

/** Returns the code point at an index of a text; U+FFFD for half a pair of surrogates. */
function scalarAt(text: string, index: number): number {
  const point = text.codePointAt(index) ?? 0
  return point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
}
