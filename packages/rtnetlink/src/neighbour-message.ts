import type { NeighbourEntry } from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import { bytes, decodeAttributes, encodeAttributes, i32At, putU16, putU32, u16At, u32 } from './attributes.ts'
import { bytesToMac, macToBytes } from './mac.ts'
import { flags, type Request } from './message.ts'

/** linux/rtnetlink.h */
const neighbourTypes = { new: 28, delete: 29, get: 30 } as const

/** linux/neighbour.h */
const nda = { destination: 1, linkAddress: 2, ifindex: 8 } as const
const permanent = 0x80
const headerLength = 12

/** A permanent entry as the kernel refers to its link: by index. */
export interface IndexedNeighbour {
  readonly index: number
  readonly address: string
  readonly mac: string
}

/** Asks for the entries of a link, or of all. */
export function getNeighbours(index: number | undefined): Request {
  const attributes = index === undefined ? [] : [u32(nda.ifindex, index)]
  const body = encodeAttributes(attributes, header(0, 0, 0))
  return { type: neighbourTypes.get, flags: flags.request | flags.dump, body }
}

/** Asks for the entry of an address on a link. @returns `undefined` when the text is not an address */
export function getNeighbour({ index, address }: Pick<IndexedNeighbour, 'index' | 'address'>): Request | undefined {
  const ip = addressToBytes(address)
  if (ip === undefined) return undefined
  const body = encodeAttributes([bytes(nda.destination, ip)], header(familyOf(ip), index, 0))
  return { type: neighbourTypes.get, flags: flags.request, body }
}

/** @returns `undefined` when a text is not an address */
export function setNeighbour({ index, address, mac }: IndexedNeighbour): Request | undefined {
  const ip = addressToBytes(address)
  const link = macToBytes(mac)
  if (ip === undefined || link === undefined) return undefined
  const attributes = [bytes(nda.destination, ip), bytes(nda.linkAddress, link)]
  const body = encodeAttributes(attributes, header(familyOf(ip), index, permanent))
  return { type: neighbourTypes.new, flags: flags.request | flags.create | flags.replace, body }
}

/** @returns `undefined` when a text is not an address */
export function deleteNeighbour({ index, address }: Pick<IndexedNeighbour, 'index' | 'address'>): Request | undefined {
  const ip = addressToBytes(address)
  if (ip === undefined) return undefined
  const body = encodeAttributes([bytes(nda.destination, ip)], header(familyOf(ip), index, 0))
  return { type: neighbourTypes.delete, flags: flags.request, body }
}

/** Reads a permanent entry; `undefined` when the message is none. */
export function decodeNeighbour(body: Uint8Array): IndexedNeighbour | undefined {
  const entry = decodeNeighbourEntry(body)
  if (entry?.mac === undefined || !entry.isPermanent) return undefined
  const { index, address, mac } = entry
  return { index, address, mac }
}

/** Reads an entry of whatever kind; `undefined` when the message is none. */
export function decodeNeighbourEntry(
  body: Uint8Array,
): (Omit<NeighbourEntry, 'dev'> & Pick<IndexedNeighbour, 'index'>) | undefined {
  if (body.length < headerLength) return undefined
  const attributes = decodeAttributes(body.subarray(headerLength), Object.values(nda))
  const ip = attributes.get(nda.destination)
  const mac = attributes.get(nda.linkAddress)
  if (ip === undefined || (ip.length !== 4 && ip.length !== 16)) return undefined
  return {
    index: i32At(body, 4),
    address: bytesToAddress(ip),
    ...(mac === undefined ? {} : { mac: bytesToMac(mac) }),
    isPermanent: (u16At(body, 8) & permanent) !== 0,
  }
}

function familyOf(ip: Uint8Array): number {
  return ip.length === 16 ? families.inet6 : families.inet
}

/** struct ndmsg */
function header(family: number, index: number, state: number): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  buffer[0] = family
  putU32(buffer, 4, index)
  putU16(buffer, 8, state)
  return buffer
}
