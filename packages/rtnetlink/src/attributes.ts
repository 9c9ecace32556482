/*
 * Attributes: type and value, one after the other, each at a multiple of four bytes (netlink(7), rtnetlink(7)). Numbers are
 * in the byte order of the machine, which is little on all that a runtime is built for.
 */

import { decodeUtf8, encodeUtf8, utf8Length } from '@vpc-bridge/runtime'

/** An attribute to send. */
export interface Attribute {
  readonly type: number
  readonly value: Uint8Array
}

const headerLength = 4
/** Flags in the upper bits of a type: nested, and in network byte order. */
const typeMask = 0x3fff
const nested = 0x8000

export function bytes(type: number, value: Uint8Array): Attribute {
  return { type, value }
}

export function u32(type: number, value: number): Attribute {
  return { type, value: Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24) }
}

/** In bytes: far more than any name in the kernel, and so few that the lengths of all attributes around it can be said. */
const longestText = 0x4000

/** Returns true for a text that can be an attribute: it is neither too long nor cut short by a zero byte in it. */
export function isText(value: string): boolean {
  return !value.includes('\0') && utf8Length(value) <= longestText
}

/** A text with the zero byte that ends it; it must be one by {@link isText}. */
export function text(type: number, value: string): Attribute {
  return { type, value: encodeUtf8(`${value}\0`) }
}

const nothing = new Uint8Array(0)

/** Attributes within an attribute, with a header of fixed layout before them if there is one. */
export function nest(type: number, inner: readonly Attribute[], header: Uint8Array = nothing): Attribute {
  return { type: type | nested, value: encodeAttributes(inner, header) }
}

/** Attributes as they are sent, with a header of fixed layout before them if there is one. */
export function encodeAttributes(attributes: readonly Attribute[], header: Uint8Array = nothing): Uint8Array {
  let total = header.length
  for (const { value } of attributes) total += headerLength + ((value.length + 3) & ~3)
  const buffer = new Uint8Array(total)
  buffer.set(header)
  let offset = header.length
  for (const { type, value } of attributes) {
    const length = headerLength + value.length
    buffer[offset] = length
    buffer[offset + 1] = length >>> 8
    buffer[offset + 2] = type
    buffer[offset + 3] = type >>> 8
    buffer.set(value, offset + headerLength)
    offset += (length + 3) & ~3
  }
  return buffer
}

/** Received attributes, by type. */
export type Attributes = ReadonlyMap<number, Uint8Array>

/**
 * Reads the attributes of the wanted types. Of those that are there twice the last counts; from the first that is longer than
 * what was received on, nothing is read. A link has some sixty: what is not wanted costs next to nothing, not even a call.
 */
export function decodeAttributes(buffer: Uint8Array, wanted: readonly number[]): Attributes {
  const attributes = new Map<number, Uint8Array>()
  let offset = 0
  while (offset + headerLength <= buffer.length) {
    const length = (buffer[offset] ?? 0) | ((buffer[offset + 1] ?? 0) << 8)
    if (length < headerLength || offset + length > buffer.length) break
    const type = ((buffer[offset + 2] ?? 0) | ((buffer[offset + 3] ?? 0) << 8)) & typeMask
    if (wanted.includes(type)) attributes.set(type, buffer.subarray(offset + headerLength, offset + length))
    offset += (length + 3) & ~3
  }
  return attributes
}

/** Returns the first attribute of a type. Nothing behind it is read. */
export function findAttribute(buffer: Uint8Array, type: number): Uint8Array | undefined {
  for (let offset = 0; offset + headerLength <= buffer.length; ) {
    const length = u16At(buffer, offset)
    if (length < headerLength || offset + length > buffer.length) return undefined
    if ((u16At(buffer, offset + 2) & typeMask) === type) return buffer.subarray(offset + headerLength, offset + length)
    offset += align(length)
  }
  return undefined
}

/** Types of attributes that are there beside those that are known. */
export function typesBeside(buffer: Uint8Array, known: readonly number[]): readonly number[] {
  const types: number[] = []
  for (let offset = 0; offset + headerLength <= buffer.length; ) {
    const length = u16At(buffer, offset)
    if (length < headerLength) break
    const type = u16At(buffer, offset + 2) & typeMask
    if (!known.includes(type)) types.push(type)
    offset += align(length)
  }
  return types
}

/** All attributes as a list, in which a type may be there several times. */
export function listAttributes(buffer: Uint8Array): readonly Attribute[] {
  const attributes: Attribute[] = []
  let offset = 0
  while (offset + headerLength <= buffer.length) {
    const length = u16At(buffer, offset)
    if (length < headerLength || offset + length > buffer.length) break
    const type = u16At(buffer, offset + 2) & typeMask
    attributes.push({ type, value: buffer.subarray(offset + headerLength, offset + length) })
    offset += align(length)
  }
  return attributes
}

/** @returns `undefined` when there is no such attribute, or it is too short */
export function readU32(attributes: Attributes, type: number): number | undefined {
  const value = attributes.get(type)
  return value === undefined || value.length < 4 ? undefined : u32At(value, 0)
}

/** @returns the text up to the zero byte that ends it; `undefined` when there is no such attribute */
export function readText(attributes: Attributes, type: number): string | undefined {
  const value = attributes.get(type)
  return value === undefined ? undefined : textOf(value)
}

/** A text up to the zero byte that ends it. */
export function textOf(value: Uint8Array): string {
  const end = value.indexOf(0)
  return decodeUtf8(end === -1 ? value : value.subarray(0, end))
}

/** The number in two bytes; what is behind the end counts as zero. A view of the buffer would take longer to make. */
export function u16At(buffer: Uint8Array, offset: number): number {
  return (buffer[offset] ?? 0) | ((buffer[offset + 1] ?? 0) << 8)
}

/** The signed number in four bytes. */
export function i32At(buffer: Uint8Array, offset: number): number {
  return (
    (buffer[offset] ?? 0) |
    ((buffer[offset + 1] ?? 0) << 8) |
    ((buffer[offset + 2] ?? 0) << 16) |
    ((buffer[offset + 3] ?? 0) << 24)
  )
}

/** The number in four bytes. */
export function u32At(buffer: Uint8Array, offset: number): number {
  return i32At(buffer, offset) >>> 0
}

export function putU16(buffer: Uint8Array, offset: number, value: number): void {
  buffer[offset] = value
  buffer[offset + 1] = value >>> 8
}

export function putU32(buffer: Uint8Array, offset: number, value: number): void {
  buffer[offset] = value
  buffer[offset + 1] = value >>> 8
  buffer[offset + 2] = value >>> 16
  buffer[offset + 3] = value >>> 24
}

/** The next multiple of four. */
export function align(length: number): number {
  return (length + 3) & ~3
}
