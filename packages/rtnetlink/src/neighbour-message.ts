import { addressToBytes, bytesToAddress } from '@vpc-bridge/kernel/ip'
import { families } from './address-message.ts'
import { bytes, concat, decodeAttributes, encodeAttributes, u32, viewOf } from './attributes.ts'
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
  const body = concat([header(0, 0, 0), encodeAttributes(attributes)])
  return { type: neighbourTypes.get, flags: flags.request | flags.dump, body }
}

/** @returns `undefined` when a text is not an address */
export function setNeighbour({ index, address, mac }: IndexedNeighbour): Request | undefined {
  const [ip, link] = [addressToBytes(address), macToBytes(mac)]
  if (ip === undefined || link === undefined) return undefined
  const attributes = [bytes(nda.destination, ip), bytes(nda.linkAddress, link)]
  const body = concat([header(familyOf(ip), index, permanent), encodeAttributes(attributes)])
  return { type: neighbourTypes.new, flags: flags.request | flags.create | flags.replace, body }
}

/** @returns `undefined` when a text is not an address */
export function deleteNeighbour({ index, address }: IndexedNeighbour): Request | undefined {
  const ip = addressToBytes(address)
  if (ip === undefined) return undefined
  const body = concat([header(familyOf(ip), index, 0), encodeAttributes([bytes(nda.destination, ip)])])
  return { type: neighbourTypes.delete, flags: flags.request, body }
}

/** Reads a permanent entry; `undefined` when the message is none. */
export function decodeNeighbour(body: Uint8Array): IndexedNeighbour | undefined {
  if (body.length < headerLength) return undefined
  const view = viewOf(body)
  const attributes = decodeAttributes(body.subarray(headerLength), Object.values(nda))
  const ip = attributes.get(nda.destination)
  const mac = attributes.get(nda.linkAddress)
  if ((view.getUint16(8, true) & permanent) === 0 || ip === undefined || mac === undefined) return undefined
  if (ip.length !== 4 && ip.length !== 16) return undefined
  return { index: view.getInt32(4, true), address: bytesToAddress(ip), mac: bytesToMac(mac) }
}

function familyOf(ip: Uint8Array): number {
  return ip.length === 16 ? families.inet6 : families.inet
}

/** struct ndmsg */
function header(family: number, index: number, state: number): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  const view = viewOf(buffer)
  view.setUint8(0, family)
  view.setInt32(4, index, true)
  view.setUint16(8, state, true)
  return buffer
}
