import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeAttributes, text } from '../src/attributes.ts'
import { control, decodeMessages, decodeVerdict, encodeRequest, flags, pickMessages } from '../src/message.ts'
import { concat } from './concat.ts'

const request = fc.record({
  type: fc.integer({ min: 0, max: 0xffff }),
  flags: fc.integer({ min: 0, max: 0xffff }),
  body: fc.uint8Array({ maxLength: 64 }),
})

/** As in a received datagram, where each message begins at a multiple of four. */
function padded(bytes: Uint8Array): Uint8Array {
  return concat([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)])
}

describe('messages', () => {
  test('are read as they were written, several at once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(request, fc.nat(0xffffffff))), (requests) => {
        const bytes = concat(requests.map(([each, sequence]) => padded(encodeRequest(each, sequence))))
        const read = decodeMessages(bytes)
        expect(read?.map((each) => ({ ...each, body: [...each.body] }))).toEqual(
          requests.map(([each, sequence]) => ({ ...each, sequence, body: [...each.body] })),
        )
      }),
    )
  })

  test('of any bytes are read to an end, or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void decodeMessages(bytes)))
    expect(decodeMessages(new Uint8Array(15))).toBeUndefined()
    expect(decodeMessages(new Uint8Array(16))).toBeUndefined()
    const whole = encodeRequest({ type: 16, flags: 1, body: new Uint8Array(4) }, 1)
    expect(decodeMessages(whole.subarray(0, 19))).toBeUndefined()
  })
})

describe('messages with a word in them', () => {
  const word = 0x0705080a
  const withWord = request.map(({ body, ...rest }) => ({
    ...rest,
    body: concat([padded(body), Uint8Array.of(10, 8, 5, 7), body]),
  }))

  test('are picked from the others, with what says something about the list', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(request, withWord), fc.nat(0xffffffff))), (requests) => {
        const bytes = concat(requests.map(([each, sequence]) => padded(encodeRequest(each, sequence))))
        const has = (part: Uint8Array) => new Uint32Array(padded(part).buffer).includes(word)
        const isAboutList = (message: { type: number; flags: number }) =>
          message.type <= control.overrun || (message.flags & flags.dumpInterrupted) !== 0
        expect(pickMessages(bytes, word)).toEqual(
          decodeMessages(bytes)?.filter((each) => isAboutList(each) || has(encodeRequest(each, each.sequence))),
        )
      }),
    )
  })

  test('of any bytes are read to an end, or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void pickMessages(bytes, word)))
    const whole = encodeRequest({ type: 16, flags: 1, body: new Uint8Array(4) }, 1)
    expect(pickMessages(whole, word)).toEqual([])
    for (const length of [4, 15, 16, 19]) expect(pickMessages(whole.slice(0, length), word)).toBeUndefined()
  })
})

describe('verdicts', () => {
  const errorBody = (errno: number, rest: Uint8Array) => {
    const head = new Uint8Array(4)
    new DataView(head.buffer).setInt32(0, -errno, true)
    return concat([head, rest])
  }
  const header = (length: number) => encodeRequest({ type: 16, flags: 1, body: new Uint8Array(length - 16) }, 1)
  const words = encodeAttributes([text(1, 'Nexthop has invalid gateway')])
  const base = { type: control.error, sequence: 1 }

  test('tell success and failure', () => {
    expect(decodeVerdict({ ...base, flags: 0, body: errorBody(0, header(16)) })).toEqual({ errno: 0 })
    expect(decodeVerdict({ ...base, flags: 0, body: errorBody(17, header(16)) })).toEqual({ errno: 17 })
  })

  test("have the kernel's words, behind the request's header or all of it", () => {
    const expected = { errno: 101, words: 'Nexthop has invalid gateway' }
    const truncated = flags.acknowledgeAttributes | flags.acknowledgeTruncated
    expect(decodeVerdict({ ...base, flags: truncated, body: errorBody(101, concat([header(16), words])) })).toEqual(
      expected,
    )
    const whole = concat([header(40), words])
    expect(decodeVerdict({ ...base, flags: flags.acknowledgeAttributes, body: errorBody(101, whole) })).toEqual(
      expected,
    )
    const done = { type: control.done, sequence: 1, flags: flags.acknowledgeAttributes }
    expect(decodeVerdict({ ...done, body: errorBody(101, words) })).toEqual(expected)
  })

  test('of any bytes are read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(0xffff), (body, messageFlags) => {
        expect(decodeVerdict({ ...base, flags: messageFlags, body }).errno).toEqual(expect.any(Number))
      }),
    )
  })
})
