import type { Address } from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress, prefixToBytes } from '@vpc-bridge/kernel/ip'
import { bytes, decodeAttributes, encodeAttributes, putU32, readU32, u32, u32At } from './attributes.ts'
import { flags, type Request } from './message.ts'

/** linux/rtnetlink.h */
const addressTypes = { new: 20, delete: 21, get: 22 } as const

/** linux/if_addr.h */
const ifa = { address: 1, local: 2, broadcast: 4, flags: 8, priority: 9 } as const
/** IFA_F_NODAD: usable at once, without a search for duplicates; IFA_F_NOPREFIXROUTE. */
const addressFlags = { noDuplicateDetection: 2, noPrefixRoute: 0x200 } as const
const headerLength = 8
/** AF_INET and AF_INET6 */
export const families = { inet: 2, inet6: 10 } as const

/** An address as the kernel refers to its link: by index. */
export type IndexedAddress = Omit<Address, 'dev'> & { readonly index: number }

/** Asks for the addresses of a link, or of all with index 0. */
export function getAddresses(index: number): Request {
  return { type: addressTypes.get, flags: flags.request | flags.dump, body: header(0, 0, index) }
}

/** @returns `undefined` when a text is not an address */
export function newAddress(address: IndexedAddress): Request | undefined {
  return addressRequest(addressTypes.new, flags.create | flags.exclusive, address)
}

/** @returns `undefined` when a text is not an address */
export function deleteAddress({ index, address, peer }: IndexedAddress): Request | undefined {
  return addressRequest(addressTypes.delete, 0, { index, address, ...(peer === undefined ? {} : { peer }) })
}

/** Reads an address; `undefined` when the message is none. */
export function decodeAddress(body: Uint8Array): IndexedAddress | undefined {
  if (body.length < headerLength) return undefined
  const attributes = decodeAttributes(body.subarray(headerLength), Object.values(ifa))
  // The other end's, if there is one; else the same, or in IPv6 the only one.
  const end = attributes.get(ifa.address)
  const local = attributes.get(ifa.local) ?? end
  if (local === undefined || (local.length !== 4 && local.length !== 16)) return undefined
  const hasPeer = end?.length === local.length && end.some((byte, n) => byte !== local[n])
  const broadcast = attributes.get(ifa.broadcast)
  const metric = readU32(attributes, ifa.priority) ?? 0
  const noPrefixRoute = ((readU32(attributes, ifa.flags) ?? 0) & addressFlags.noPrefixRoute) !== 0
  return {
    index: u32At(body, 4),
    address: `${bytesToAddress(local)}/${body[1]}`,
    ...(broadcast?.length === 4 ? { broadcast: bytesToAddress(broadcast) } : {}),
    ...(hasPeer ? { peer: bytesToAddress(end) } : {}),
    ...(metric === 0 ? {} : { metric }),
    ...(noPrefixRoute ? { noPrefixRoute } : {}),
  }
}

function addressRequest(
  type: number,
  extraFlags: number,
  { index, address, broadcast, peer, metric = 0, noPrefixRoute }: IndexedAddress,
): Request | undefined {
  const prefix = prefixToBytes(address)
  const end = peer === undefined ? prefix?.bytes : addressToBytes(peer)
  const broadcastBytes = broadcast === undefined ? undefined : addressToBytes(broadcast)
  if (prefix === undefined || (broadcast !== undefined && broadcastBytes === undefined)) return undefined
  if (end?.length !== prefix.bytes.length) return undefined
  const inet6 = prefix.bytes.length === 16
  const wantedFlags = (inet6 ? addressFlags.noDuplicateDetection : 0) | (noPrefixRoute ? addressFlags.noPrefixRoute : 0)
  const attributes = [
    bytes(ifa.local, prefix.bytes),
    bytes(ifa.address, end),
    ...(broadcastBytes === undefined ? [] : [bytes(ifa.broadcast, broadcastBytes)]),
    ...(wantedFlags !== 0 && type === addressTypes.new ? [u32(ifa.flags, wantedFlags)] : []),
    ...(metric === 0 ? [] : [u32(ifa.priority, metric)]),
  ]
  const body = encodeAttributes(attributes, header(inet6 ? families.inet6 : families.inet, prefix.length, index))
  return { type, flags: flags.request | extraFlags, body }
}

/** struct ifaddrmsg */
function header(family: number, prefixLength: number, index: number): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  buffer[0] = family
  buffer[1] = prefixLength
  putU32(buffer, 4, index)
  return buffer
}
