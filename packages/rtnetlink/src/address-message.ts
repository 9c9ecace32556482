import { type Address, type AddressFlag, nameOf, numberOf, scopes } from '@vpc-bridge/kernel'
import { addressToBytes, bytesToAddress, prefixToBytes } from '@vpc-bridge/kernel/ip'
import {
  bytes,
  decodeAttributes,
  encodeAttributes,
  putU32,
  readText,
  readU32,
  text,
  typesBeside,
  u32,
  u32At,
} from './attributes.ts'
import { flags, type Request } from './message.ts'

/** linux/rtnetlink.h */
const addressTypes = { new: 20, delete: 21, get: 22 } as const

/** linux/if_addr.h */
const ifa = {
  address: 1,
  local: 2,
  label: 3,
  broadcast: 4,
  cacheInfo: 6,
  flags: 8,
  priority: 9,
  protocol: 11,
} as const
/** Whose namespace it is, as seen from another. */
const targetNetns = 10
/** IFA_F_NODAD: usable at once, without a search for duplicates; IFA_F_NOPREFIXROUTE. */
const addressFlags = { noDuplicateDetection: 2, deprecated: 0x20, noPrefixRoute: 0x200 } as const
/** Those that are chosen for an address. */
const chosenFlags: Readonly<Record<AddressFlag, number>> = { autojoin: 0x400, home: 0x10, mngtmpaddr: 0x100 }
/** IFA_F_TEMPORARY, of IPv6 addresses only: the kernel makes and renews them. */
const temporary = 1
/** From the first bit that has no meaning yet on (after IFA_F_STABLE_PRIVACY). */
const unknownFlags = 0xfffff000
const forever = 0xffffffff
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
  const rest = body.subarray(headerLength)
  const attributes = decodeAttributes(rest, known)
  // The other end's, if there is one; else the same, or in IPv6 the only one.
  const end = attributes.get(ifa.address)
  const local = attributes.get(ifa.local) ?? end
  if (local === undefined || (local.length !== 4 && local.length !== 16)) return undefined
  const inet6 = local.length === 16
  const hasPeer = end?.length === local.length && end.some((byte, n) => byte !== local[n])
  const broadcast = attributes.get(ifa.broadcast)
  const metric = readU32(attributes, ifa.priority) ?? 0
  const found = readU32(attributes, ifa.flags) ?? body[2] ?? 0
  const scope = nameOf(scopes, body[3] ?? 0)
  const label = readText(attributes, ifa.label)
  const protocol = attributes.get(ifa.protocol)?.[0] ?? 0
  const flags = addressFlagNames.filter((name) => (found & chosenFlags[name]) !== 0)
  const unknown = [
    ...(inet6 && (found & temporary) !== 0 ? ['temporary'] : []),
    ...((found & unknownFlags) === 0 ? [] : [`flags 0x${found.toString(16)}`]),
    ...typesBeside(rest, known).map((type) => `attribute ${type}`),
  ]
  return {
    index: u32At(body, 4),
    address: `${bytesToAddress(local)}/${body[1]}`,
    ...(broadcast?.length === 4 ? { broadcast: bytesToAddress(broadcast) } : {}),
    ...(hasPeer ? { peer: bytesToAddress(end) } : {}),
    ...(metric === 0 ? {} : { metric }),
    ...((found & addressFlags.noPrefixRoute) === 0 ? {} : { noPrefixRoute: true }),
    ...(inet6 || scope === 'global' ? {} : { scope }),
    ...(label === undefined ? {} : { label }),
    ...lifetimes(attributes.get(ifa.cacheInfo), (found & addressFlags.deprecated) !== 0),
    ...(flags.length === 0 ? {} : { flags }),
    ...(protocol === 0 ? {} : { protocol }),
    ...(unknown.length === 0 ? {} : { unknown }),
  }
}

const known: readonly number[] = [...Object.values(ifa), targetNetns]
const addressFlagNames: readonly AddressFlag[] = ['autojoin', 'home', 'mngtmpaddr']

/** Reads struct ifa_cacheinfo. */
function lifetimes(
  info: Uint8Array | undefined,
  isDeprecated: boolean,
): Pick<Address, 'validSeconds' | 'preferredSeconds'> {
  const [preferred, valid] = info === undefined ? [forever, forever] : [u32At(info, 0), u32At(info, 4)]
  return {
    ...(valid === forever ? {} : { validSeconds: valid }),
    // Of an address that stays for ever, IPv4 says it by the flag alone.
    ...(isDeprecated ? { preferredSeconds: 0 } : preferred === forever ? {} : { preferredSeconds: preferred }),
  }
}

function addressRequest(type: number, extraFlags: number, address: IndexedAddress): Request | undefined {
  const { index, broadcast, peer, metric = 0, scope = 'global', label, protocol } = address
  const prefix = prefixToBytes(address.address)
  const end = peer === undefined ? prefix?.bytes : addressToBytes(peer)
  const broadcastBytes = broadcast === undefined ? undefined : addressToBytes(broadcast)
  if (prefix === undefined || (broadcast !== undefined && broadcastBytes === undefined)) return undefined
  if (end?.length !== prefix.bytes.length) return undefined
  const inet6 = prefix.bytes.length === 16
  const wantedFlags = flagsOf(address, inet6)
  const { validSeconds = forever, preferredSeconds = forever } = address
  const attributes = [
    bytes(ifa.local, prefix.bytes),
    bytes(ifa.address, end),
    ...(broadcastBytes === undefined ? [] : [bytes(ifa.broadcast, broadcastBytes)]),
    ...(label === undefined ? [] : [text(ifa.label, label)]),
    ...(wantedFlags !== 0 && type === addressTypes.new ? [u32(ifa.flags, wantedFlags)] : []),
    ...(metric === 0 ? [] : [u32(ifa.priority, metric)]),
    ...(protocol === undefined ? [] : [bytes(ifa.protocol, Uint8Array.of(protocol))]),
    ...(validSeconds === forever && preferredSeconds === forever
      ? []
      : [bytes(ifa.cacheInfo, cacheInfo(preferredSeconds, validSeconds))]),
  ]
  const family = inet6 ? families.inet6 : families.inet
  const body = encodeAttributes(attributes, header(family, prefix.length, index, numberOf(scopes, scope)))
  return { type, flags: flags.request | extraFlags, body }
}

function flagsOf({ noPrefixRoute, flags = [] }: IndexedAddress, inet6: boolean): number {
  const chosen = flags.reduce((sum, flag) => sum | chosenFlags[flag], noPrefixRoute ? addressFlags.noPrefixRoute : 0)
  return chosen | (inet6 ? addressFlags.noDuplicateDetection : 0)
}

/** struct ifa_cacheinfo */
function cacheInfo(preferredSeconds: number, validSeconds: number): Uint8Array {
  const buffer = new Uint8Array(16)
  putU32(buffer, 0, preferredSeconds)
  putU32(buffer, 4, validSeconds)
  return buffer
}

/** struct ifaddrmsg */
function header(family: number, prefixLength: number, index: number, scope = 0): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  buffer[0] = family
  buffer[1] = prefixLength
  buffer[3] = scope
  putU32(buffer, 4, index)
  return buffer
}
