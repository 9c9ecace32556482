import { toBytes, toText } from 'standalone:host'
import { decodeUtf8 as decodeStrictly } from '../utf8.ts'

/*
 * UTF-8 as TextEncoder and TextDecoder (with `ignoreBOM`) do it, by the engine, which is fast, but takes each half of a surrogate
 * pair for a character, and drops some that follow what is no UTF-8.
 */

export function encodeUtf8(text: string): Uint8Array {
  return new Uint8Array(toBytes(text.toWellFormed()))
}

/** Returns a text as C has it. What follows a null character in it would be lost: the caller refuses such texts. */
export function zeroEnded(text: string): Uint8Array {
  return encodeUtf8(`${text}\0`)
}

export function decodeUtf8(bytes: Uint8Array): string {
  const text = toText(bytes)
  return bytes.includes(surrogateLead) || text.includes('\ufffd') ? decodeStrictly(bytes) : text
}

/** The first byte of U+D000 to U+DFFF. */
const surrogateLead = 0xed
