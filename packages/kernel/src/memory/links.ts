import { utf8Length } from '@vpc-bridge/runtime'
import type { LinkSettings, NewLink } from '../operation.ts'
import { linkCameUp, linkWentDown } from './addresses.ts'
import { adjustBridge, changeMac, join, requireMaster } from './bridge.ts'
import { routesLost } from './hops.ts'
import { requireFreeName, requireValid } from './link-rules.ts'
import { addLinkSysctls, removeLinkSysctls, renameLinkSysctls } from './sysctls.ts'
import {
  findLink,
  type MemoryLink,
  type MemoryNetns,
  type MemoryWorld,
  type PeerEnd,
  Refusal,
  removeWhere,
  requireLink,
} from './world.ts'

/**
 * Creates a link, for a veth pair both ends.
 *
 * @param far namespace of the far end of a veth pair
 */
export function addLink(world: MemoryWorld, netns: MemoryNetns, link: NewLink, far: MemoryNetns): void {
  if (world.missingDrivers.includes(link.kind)) throw new Refusal('EOPNOTSUPP', 'Unknown device type')
  requireFreeName(netns, link.name)
  if (link.kind === 'tap') {
    insert(netns, { name: link.name, kind: 'tun', index: netns.nextIndex++ })
    return
  }
  requireValid(link.kind, link)
  const master = link.master === undefined ? undefined : requireMaster(link.kind, requireLink(netns, link.master))
  if (link.kind === 'veth') {
    requireFreeName(far, link.peer.name)
    if (far === netns && link.peer.name === link.name) throw new Refusal('EEXIST', 'File exists')
    requireValid('veth', link.peer)
    const farIndex = far.nextIndex++
    const near = insert(netns, { ...link, index: netns.nextIndex++, peer: { index: farIndex, netns: far } })
    insert(far, { ...link.peer, kind: 'veth', index: farIndex, peer: { index: near.index, netns } })
    finish(netns, near, link.up, master)
  } else {
    const added = insert(netns, { ...link, index: netns.nextIndex++ })
    finish(netns, added, link.up, master)
  }
}

/** Plugs a network card in, or makes a link on top of one. */
export function addPhysicalLink(
  netns: MemoryNetns,
  { parent, ...link }: Omit<Insertion, 'index' | 'peer' | 'parent'> & { readonly parent?: string },
): void {
  requireFreeName(netns, link.name)
  const below = parent === undefined ? {} : { parent: requireLink(netns, parent) }
  insert(netns, { ...link, ...below, index: netns.nextIndex++ })
}

/** Gives a link another name: with its addresses and routes, which the model keeps by name, and its settings. */
export function renameLink(netns: MemoryNetns, from: string, to: string): void {
  const link = requireLink(netns, from)
  requireFreeName(netns, to)
  const { name } = link
  link.name = to
  moveTo(netns.addresses, name, to)
  moveTo(netns.routes, name, to)
  moveTo(netns.neighbours, name, to)
  renameLinkSysctls(netns, name, to)
}

/** Has what is on a link be on one of another name, in place. */
function moveTo<T extends { readonly dev: string }>(list: T[], from: string, to: string): void {
  list.splice(0, list.length, ...list.map((each) => (each.dev === from ? { ...each, dev: to } : each)))
}

/** Pulls a network card out. */
export function removePhysicalLink(netns: MemoryNetns, name: string): void {
  remove(netns, requireLink(netns, name))
}

/** All or nothing: what is wrong with any of the settings is found before the first is set. */
export function setLink(netns: MemoryNetns, name: string, set: LinkSettings): void {
  const link = requireLink(netns, name)
  requireValid(link.kind, set)
  if (set.mac !== undefined && link.kind === 'ifb') throw new Refusal('EOPNOTSUPP', 'Operation not supported')
  if (set.alias?.includes('\0')) throw new Refusal('EINVAL', 'an alias has no zero byte in it')
  if (utf8Length(set.alias ?? '') > 255) throw new Refusal('EINVAL', 'alias too long')
  const master = set.master == null ? undefined : requireMaster(link.kind, requireLink(netns, set.master))
  if (set.mac !== undefined && link.kind !== 'loopback') {
    changeMac(netns, link, set.mac.toLowerCase())
    link.macIsChosen = true
    if (link.master !== undefined) adjustBridge(netns, link.master)
  }
  // One that it has already is no choice.
  if (set.mtu !== undefined && set.mtu !== link.mtu) {
    link.mtu = set.mtu
    link.mtuIsChosen = true
    if (link.master !== undefined) adjustBridge(netns, link.master)
  }
  if (set.master !== undefined) join(netns, link, master)
  if (set.alias !== undefined) link.alias = set.alias
  if (set.up !== undefined && set.up !== link.up) {
    link.up = set.up
    if (set.up) linkCameUp(netns, link)
    else linkWentDown(netns, link)
  }
}

/** Deletes a link; with a veth end goes the other, with a bridge go its ports' memberships. */
export function deleteLink(world: MemoryWorld, netns: MemoryNetns, name: string): void {
  const link = requireLink(netns, name)
  if (link.kind === undefined || link.kind === 'loopback') throw new Refusal('EOPNOTSUPP', 'Operation not supported')
  remove(netns, link)
  const far = link.peer?.netns ?? netnsOfCopiedPeer(world, link)
  const peer = link.peer === undefined ? undefined : far?.links.get(link.peer.index)
  if (far !== undefined && peer !== undefined) remove(far, peer)
}

/** Moves a link to another namespace, where it starts anew but for its name, its addresses of hardware and its MTU. */
export function moveLink(netns: MemoryNetns, name: string, far: MemoryNetns): void {
  const link = requireLink(netns, name)
  if (far === netns) return
  if (link.kind === 'loopback' || link.kind === 'bridge') {
    throw new Refusal('EINVAL', 'The interface netns is immutable')
  }
  if (findLink(far, link.name) !== undefined) throw new Refusal('EEXIST', 'File exists')
  remove(netns, link)
  const index = far.links.has(link.index) ? far.nextIndex++ : link.index
  far.nextIndex = Math.max(far.nextIndex, index + 1)
  const moved: MemoryLink = { ...link, index, up: false, master: undefined, isCopy: false }
  far.links.set(index, moved)
  addLinkSysctls(far, link.name)
  const peer = link.peer?.netns?.links.get(link.peer.index)
  if (peer !== undefined) peer.peer = { index, netns: far }
}

/** Where the other end of a copied link is, if that was copied, too, and can be told by the indexes of both. */
function netnsOfCopiedPeer(world: MemoryWorld, { index, peer }: MemoryLink): MemoryNetns | undefined {
  if (peer === undefined) return undefined
  const candidates = [...world.namespaces.values()].filter(({ links }) => {
    const end = links.get(peer.index)?.peer
    return end?.index === index && end.netns === undefined
  })
  return candidates.length === 1 ? candidates[0] : undefined
}

export function addAltName(netns: MemoryNetns, name: string, altName: string): void {
  const link = requireLink(netns, name)
  if (altName === '' || altName.includes('\0'))
    throw new Refusal('EINVAL', 'an alternative name has one byte at least, and none that is zero')
  if (utf8Length(altName) > 127) throw new Refusal('ERANGE', 'Attribute failed policy validation')
  if (findLink(netns, altName) !== undefined) throw new Refusal('EEXIST', 'File exists')
  link.altNames.add(altName)
}

export function deleteAltName(netns: MemoryNetns, name: string, altName: string): void {
  const link = requireLink(netns, name)
  if (link.altNames.delete(altName)) return
  const found = findLink(netns, altName)
  throw found === undefined
    ? new Refusal('ENOENT', 'No such file or directory')
    : new Refusal('EINVAL', `${altName} is a name of ${found.name}, but no alternative one of ${link.name}`)
}

interface Insertion {
  readonly index: number
  readonly name: string
  readonly kind?: string
  readonly mac?: string
  readonly mtu?: number
  readonly peer?: PeerEnd
  readonly parent?: MemoryLink
}

function insert(netns: MemoryNetns, { index, name, kind, mac, mtu, peer, parent }: Insertion): MemoryLink {
  const link: MemoryLink = {
    index,
    name,
    kind,
    mac: kind === 'loopback' ? undefined : (mac?.toLowerCase() ?? inventedMac(netns, index)),
    mtu: mtu ?? 1500,
    up: false,
    altNames: new Set(),
    master: undefined,
    alias: '',
    peer,
    parent,
    macIsChosen: mac !== undefined,
    mtuIsChosen: false,
    isCopy: false,
  }
  netns.links.set(index, link)
  addLinkSysctls(netns, name)
  return link
}

function finish(netns: MemoryNetns, link: MemoryLink, up: boolean | undefined, master: MemoryLink | undefined): void {
  if (up) {
    link.up = true
    linkCameUp(netns, link)
  }
  if (master !== undefined) join(netns, link, master)
}

function remove(netns: MemoryNetns, link: MemoryLink): void {
  for (const port of netns.links.values()) if (port.master === link) port.master = undefined
  for (const upper of [...netns.links.values()]) if (upper.parent === link) remove(netns, upper)
  linkWentDown(netns, link)
  routesLost(netns, link.name)
  removeWhere(netns.addresses, ({ dev }) => dev === link.name)
  removeLinkSysctls(netns, link.name)
  netns.links.delete(link.index)
  if (link.master !== undefined) adjustBridge(netns, link.master)
}

/** What the kernel draws at random: here it differs between links, and is the same in each run. */
function inventedMac(netns: MemoryNetns, index: number): string {
  const number = [...`${netns.id}/${index}`].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7)
  return `02:00:${number.toString(16).padStart(8, '0').match(/../g)?.join(':')}`
}
