import { align, decodeAttributes, i32At, putU16, putU32, textOf, u16At, u32At } from './attributes.ts'

/** A request to the kernel. */
export interface Request {
  readonly type: number
  /** Of `flags` below. The acknowledgement is asked for by the socket. */
  readonly flags: number
  readonly body: Uint8Array
}

/** A message from the kernel. */
export interface Message {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly body: Uint8Array
}

/** linux/netlink.h */
export const flags = {
  request: 0x1,
  multi: 0x2,
  acknowledge: 0x4,
  dumpInterrupted: 0x10,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  dump: 0x300,
  acknowledgeTruncated: 0x100,
  acknowledgeAttributes: 0x200,
} as const

/** Types of messages that belong to the protocol itself. */
export const control = { noop: 1, error: 2, done: 3, overrun: 4 } as const

const EBADMSG = 74
const headerLength = 16
/** Type and flags, as they are in one word. */
const typeMask = 0xffff
const interruptedMask = flags.dumpInterrupted << 16
/** Attribute of an error with the kernel's words (NLMSGERR_ATTR_MSG). */
const errorText = 1

/** A request as it is sent. */
export function encodeRequest({ type, flags, body }: Request, sequence: number): Uint8Array {
  const length = headerLength + body.length
  const message = new Uint8Array(length)
  putU32(message, 0, length)
  putU16(message, 4, type)
  putU16(message, 6, flags)
  putU32(message, 8, sequence)
  message.set(body, headerLength)
  return message
}

/**
 * The messages in what was received at once.
 *
 * @returns `undefined` when it does not consist of whole messages
 */
export function decodeMessages(buffer: Uint8Array): readonly Message[] | undefined {
  const messages: Message[] = []
  let offset = 0
  while (offset < buffer.length) {
    if (offset + headerLength > buffer.length) return undefined
    const length = u32At(buffer, offset)
    if (length < headerLength || offset + length > buffer.length) return undefined
    messages.push({
      type: u16At(buffer, offset + 4),
      flags: u16At(buffer, offset + 6),
      sequence: u32At(buffer, offset + 8),
      body: buffer.subarray(offset + headerLength, offset + length),
    })
    offset += align(length)
  }
  return messages
}

/**
 * The messages in what was received at once that have a word somewhere at a multiple of four bytes, as an address is in what
 * it is an attribute of, and those that say something about the list. They are copies; the others cost next to nothing.
 *
 * @returns `undefined` when it does not consist of whole messages
 */
export function pickMessages(buffer: Uint8Array, word: number): readonly Message[] | undefined {
  const messages: Message[] = []
  const words = new Uint32Array(buffer.buffer, buffer.byteOffset, buffer.byteLength >> 2)
  let hit = words.indexOf(word)
  let start = 0
  while (start < words.length) {
    const length = words[start] ?? 0
    const head = words[start + 1] ?? 0
    const end = start + ((length + 3) >>> 2)
    if (length < headerLength || 4 * start + length > buffer.length) return undefined
    if (hit !== -1 && hit < start) hit = words.indexOf(word, start)
    const hasWord = hit >= start && hit < end
    if (hasWord || (head & typeMask) <= control.overrun || (head & interruptedMask) !== 0) {
      messages.push({
        type: head & typeMask,
        flags: head >>> 16,
        sequence: words[start + 2] ?? 0,
        body: buffer.slice(4 * start + headerLength, 4 * start + length),
      })
    }
    start = end
  }
  return messages
}

/** The kernel's answer to a request. */
export interface Verdict {
  /** 0 for success. */
  readonly errno: number
  /** Its own words, if it has any (extended acknowledgement). */
  readonly words?: string
}

/** Reads a message of type error, or the done message of a dump, which begin alike. An error without a number is one, too. */
export function decodeVerdict({ type, flags: messageFlags, body }: Message): Verdict {
  if (body.length < 4) return { errno: type === control.error ? EBADMSG : 0 }
  const errno = Math.abs(i32At(body, 0))
  if ((messageFlags & flags.acknowledgeAttributes) === 0) return { errno }
  // An error repeats the request, or its header alone if it was truncated.
  const repeated = type === control.done ? 0 : repeatedLength(body, messageFlags)
  const words = decodeAttributes(body.subarray(4 + repeated), [errorText]).get(errorText)
  return words === undefined ? { errno } : { errno, words: textOf(words) }
}

function repeatedLength(body: Uint8Array, messageFlags: number): number {
  if ((messageFlags & flags.acknowledgeTruncated) !== 0 || body.length < 8) return headerLength
  return align(u32At(body, 4))
}
