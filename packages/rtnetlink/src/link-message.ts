import {
  type Link,
  type LinkSettings,
  longestLinkName,
  type NewLink,
  type NewTap,
  type NewUpper,
} from '@vpc-bridge/kernel'
import { encodeUtf8, utf8Length } from '@vpc-bridge/runtime'
import {
  type Attribute,
  bytes,
  decodeAttributes,
  encodeAttributes,
  findAttribute,
  i32At,
  listAttributes,
  nest,
  putU32,
  readText,
  readU32,
  text,
  textOf,
  u16At,
  u32,
  u32At,
} from './attributes.ts'
import { bytesToMac, macToBytes } from './mac.ts'
import { flags, type Request } from './message.ts'
import { upperData, upperDetails } from './upper-link.ts'

/** linux/rtnetlink.h */
const linkTypes = { new: 16, delete: 17, get: 18, newProperty: 108, deleteProperty: 109 } as const

/** linux/if_link.h */
const ifla = {
  address: 1,
  ifname: 3,
  mtu: 4,
  link: 5,
  master: 10,
  linkinfo: 18,
  netNsFd: 28,
  ifalias: 20,
  extMask: 29,
  linkNetnsId: 37,
  propList: 52,
  altIfname: 53,
} as const
const info = { kind: 1, data: 2 } as const
const vethPeer = 1
const ifUp = 1
const hardwareEthernet = 1
/** RTEXT_FILTER_SKIP_STATS: counters would be most of an answer. */
const skipStatistics = 8

/** A link by index, or by a name that the kernel looks up. */
export type LinkHandle = number | string

/** Asks for one link. */
export function getLink(link: LinkHandle): Request {
  const attributes = [...nameOf(link), u32(ifla.extMask, skipStatistics)]
  const body = encodeAttributes(attributes, header({ index: indexOf(link) }))
  return { type: linkTypes.get, flags: flags.request, body }
}

/** Asks for all links, or for the ports of one. */
export function getLinks(master?: number): Request {
  const attributes = [...(master === undefined ? [] : [u32(ifla.master, master)]), u32(ifla.extMask, skipStatistics)]
  return {
    type: linkTypes.get,
    flags: flags.request | flags.dump,
    body: encodeAttributes(attributes, header()),
  }
}

/**
 * Creates a link.
 *
 * @param master index of the bridge whose port it becomes
 * @param peerNetns descriptor of the namespace of the far end of a veth pair
 */
export function newLink(
  link: Exclude<NewLink, NewTap | NewUpper>,
  master: number | undefined,
  peerNetns: number | undefined,
): Request {
  const data =
    link.kind === 'veth'
      ? [nest(info.data, [nest(vethPeer, properties(link.peer, undefined, peerNetns), header())])]
      : []
  const attributes = [
    ...properties(link, master, undefined),
    nest(ifla.linkinfo, [bytes(info.kind, encodeUtf8(link.kind)), ...data]),
  ]
  const body = encodeAttributes(attributes, header({ up: link.up ? true : undefined }))
  return { type: linkTypes.new, flags: flags.request | flags.create | flags.exclusive, body }
}

/**
 * Creates a link on top of another one.
 *
 * @param at index of the link below; index that it is to have, 0 for any; descriptor of the namespace to create it in, if that is
 * another one
 */
export function newUpper(
  link: NewUpper,
  { parent, index, netns }: { readonly parent: number; readonly index: number; readonly netns: number | undefined },
): Request {
  const attributes = [
    ...properties(link, undefined, netns),
    u32(ifla.link, parent),
    nest(ifla.linkinfo, [bytes(info.kind, encodeUtf8(link.kind)), nest(info.data, [upperData(link)])]),
  ]
  const body = encodeAttributes(attributes, header({ index, up: link.up ? true : undefined }))
  return { type: linkTypes.new, flags: flags.request | flags.create | flags.exclusive, body }
}

/**
 * Sets properties of a link.
 *
 * @param master index of the bridge whose port it becomes, 0 for none
 */
export function setLink(link: LinkHandle, set: LinkSettings, master: number | undefined): Request {
  const attributes = [
    ...nameOf(link),
    ...properties(set, master, undefined),
    // Without the zero byte, for which there is no room behind 255 others.
    ...(set.alias === undefined ? [] : [bytes(ifla.ifalias, encodeUtf8(set.alias))]),
  ]
  const body = encodeAttributes(attributes, header({ index: indexOf(link), up: set.up }))
  return { type: linkTypes.new, flags: flags.request, body }
}

/**
 * By index: beside it, the kernel takes a name for the one that the link is to have.
 *
 * @param netns descriptor of the namespace to move it to
 * @param as the name to have there; absent: its own, which must be free there
 */
export function moveLink(index: number, netns: number, as: string | undefined): Request {
  const name = as === undefined ? [] : [text(ifla.ifname, as)]
  const body = encodeAttributes([u32(ifla.netNsFd, netns), ...name], header({ index }))
  return { type: linkTypes.new, flags: flags.request, body }
}

export function renameLink(index: number, to: string): Request {
  const body = encodeAttributes([text(ifla.ifname, to)], header({ index }))
  return { type: linkTypes.new, flags: flags.request, body }
}

export function deleteLink(name: string): Request {
  const body = encodeAttributes(nameOf(name), header())
  return { type: linkTypes.delete, flags: flags.request, body }
}

export function addAltName(name: string, altName: string): Request {
  return altNameRequest(linkTypes.newProperty, flags.create | flags.exclusive, name, altName)
}

export function deleteAltName(name: string, altName: string): Request {
  return altNameRequest(linkTypes.deleteProperty, 0, name, altName)
}

const wantedOfLink = [
  ifla.address,
  ifla.ifname,
  ifla.mtu,
  ifla.link,
  ifla.master,
  ifla.linkinfo,
  ifla.ifalias,
  ifla.linkNetnsId,
  ifla.propList,
] as const

/** Reads a link; `undefined` when the message is none. */
export function decodeLink(body: Uint8Array): Link | undefined {
  if (body.length < headerLength) return undefined
  const attributes = decodeAttributes(body.subarray(headerLength), wantedOfLink)
  const name = readText(attributes, ifla.ifname)
  if (name === undefined) return undefined
  const linkInfo = decodeAttributes(attributes.get(ifla.linkinfo) ?? new Uint8Array(0), [info.kind, info.data])
  const kind = readText(linkInfo, info.kind)
  const mac = attributes.get(ifla.address)
  const isEthernet = u16At(body, 2) === hardwareEthernet && mac?.length === 6
  const master = readU32(attributes, ifla.master)
  const lower = readU32(attributes, ifla.link)
  const peer = kind === 'veth' ? lower : undefined
  // Tunnels that are on top of none say 0.
  const isOnTop = kind !== 'veth' && lower !== undefined && lower !== 0 && !attributes.has(ifla.linkNetnsId)
  const alias = readText(attributes, ifla.ifalias)
  return {
    index: i32At(body, 4),
    name,
    altNames: altNamesIn(attributes.get(ifla.propList)),
    ...(kind === undefined ? {} : { kind }),
    ...(isEthernet ? { mac: bytesToMac(mac) } : {}),
    mtu: readU32(attributes, ifla.mtu) ?? 0,
    up: (u32At(body, 8) & ifUp) !== 0,
    ...(master === undefined ? {} : { master }),
    ...(peer === undefined ? {} : { peer }),
    ...(isOnTop ? { parent: lower } : {}),
    ...upperDetails(kind, linkInfo.get(info.data)),
    ...(alias === undefined || alias === '' ? {} : { alias }),
  }
}

/** A link as others refer to it. */
export type NamedLink = Pick<Link, 'index' | 'name'>

/** Reads of a link only what others refer to it by, which takes a fraction of the time. */
export function decodeNamedLink(body: Uint8Array): NamedLink | undefined {
  if (body.length < headerLength) return undefined
  const name = findAttribute(body.subarray(headerLength), ifla.ifname)
  return name === undefined ? undefined : { index: i32At(body, 4), name: textOf(name) }
}

function altNamesIn(properties: Uint8Array | undefined): readonly string[] {
  if (properties === undefined) return []
  return listAttributes(properties)
    .filter(({ type }) => type === ifla.altIfname)
    .map(({ value }) => textOf(value))
}

const headerLength = 16

/** struct ifinfomsg */
function header({ index = 0, up }: { readonly index?: number; readonly up?: boolean | undefined } = {}): Uint8Array {
  const buffer = new Uint8Array(headerLength)
  putU32(buffer, 4, index)
  putU32(buffer, 8, up ? ifUp : 0)
  putU32(buffer, 12, up === undefined ? 0 : ifUp)
  return buffer
}

function properties(
  { name, mac, mtu }: { readonly name?: string; readonly mac?: string; readonly mtu?: number },
  master: number | undefined,
  netns: number | undefined,
): readonly Attribute[] {
  const address = mac === undefined ? undefined : macToBytes(mac)
  return [
    ...(name === undefined ? [] : [text(ifla.ifname, name)]),
    ...(address === undefined ? [] : [bytes(ifla.address, address)]),
    ...(mtu === undefined ? [] : [u32(ifla.mtu, mtu)]),
    ...(master === undefined ? [] : [u32(ifla.master, master)]),
    ...(netns === undefined ? [] : [u32(ifla.netNsFd, netns)]),
  ]
}

function altNameRequest(type: number, extraFlags: number, name: string, altName: string): Request {
  const attributes = [...nameOf(name), nest(ifla.propList, [text(ifla.altIfname, altName)])]
  return { type, flags: flags.request | extraFlags, body: encodeAttributes(attributes, header()) }
}

/** A name that is too long for a primary one can only be an alternative one. */
function nameOf(link: LinkHandle): readonly Attribute[] {
  if (typeof link === 'number') return []
  const isPrimary = utf8Length(link) <= longestLinkName
  return [text(isPrimary ? ifla.ifname : ifla.altIfname, link)]
}

/** 0 for a link that goes by its name. */
function indexOf(link: LinkHandle): number {
  return typeof link === 'number' ? link : 0
}
