import { utf8Length } from '@vpc-bridge/runtime'
import type { NewLink, NewUpper } from '../new-link.ts'
import type { LinkSettings } from '../operation.ts'
import { linkCameUp, linkWentDown } from './addresses.ts'
import { adjustBridge, changeMac, join, requireMaster } from './bridge.ts'
import { routesLost } from './hops.ts'
import { requireFreeName, requireValid } from './link-rules.ts'
import { addLinkSysctls, removeLinkSysctls } from './sysctls.ts'
import { uppersOf } from './uppers.ts'
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
export function addLink(
  world: MemoryWorld,
  netns: MemoryNetns,
  link: Exclude<NewLink, NewUpper>,
  far: MemoryNetns,
): void {
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

/** Pulls a network card out. */
export function removePhysicalLink(world: MemoryWorld, netns: MemoryNetns, name: string): void {
  remove(world, netns, requireLink(netns, name))
}

/** All or nothing: what is wrong with any of the settings is found before the first is set. */
export function setLink(world: MemoryWorld, netns: MemoryNetns, name: string, set: LinkSettings): void {
  const link = requireLink(netns, name)
  requireValid(link.kind, set)
  if (set.mac !== undefined && (link.kind === 'ifb' || link.kind === 'ipvlan'))
    throw new Refusal('EOPNOTSUPP', 'Operation not supported')
  if (set.alias?.includes('\0')) throw new Refusal('EINVAL', 'an alias has no zero byte in it')
  if (utf8Length(set.alias ?? '') > 255) throw new Refusal('EINVAL', 'alias too long')
  requireRoomBelow(link, set.mtu)
  if (set.up && link.kind === 'vlan' && link.parent?.up === false) throw new Refusal('ENETDOWN', 'Network is down')
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
    for (const upper of uppersOf(world, link)) upper.link.mtu = Math.min(upper.link.mtu, set.mtu)
  }
  if (set.master !== undefined) join(netns, link, master)
  if (set.alias !== undefined) link.alias = set.alias
  if (set.up !== undefined && set.up !== link.up) {
    link.up = set.up
    if (set.up) linkCameUp(netns, link)
    else linkWentDown(netns, link)
    switchVlans(world, link, set.up)
  }
}

/** VLANs go down and come up with the link below. */
function switchVlans(world: MemoryWorld, parent: MemoryLink, up: boolean): void {
  for (const { netns, link } of uppersOf(world, parent)) {
    if (link.kind !== 'vlan' || link.up === up) continue
    link.up = up
    if (up) linkCameUp(netns, link)
    else linkWentDown(netns, link)
  }
}

/** Frames of a link on top of another one must not be larger than those. */
function requireRoomBelow({ kind, parent }: MemoryLink, mtu: number | undefined): void {
  if (parent === undefined || mtu === undefined || mtu <= parent.mtu) return
  if (kind === 'vlan') throw new Refusal('ERANGE', 'Numerical result out of range')
  if (kind === 'macvlan' || kind === 'macvtap') throw new Refusal('EINVAL', 'Invalid argument')
}

/** Deletes a link; with a veth end goes the other, with a bridge go its ports' memberships. */
export function deleteLink(world: MemoryWorld, netns: MemoryNetns, name: string): void {
  const link = requireLink(netns, name)
  if (link.kind === undefined || link.kind === 'loopback') throw new Refusal('EOPNOTSUPP', 'Operation not supported')
  remove(world, netns, link)
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
  readonly vlanId?: number
  readonly mode?: string
}

/** Puts a link into a namespace, down. */
export function insert(netns: MemoryNetns, { index, name, kind, mac, mtu, peer, ...upper }: Insertion): MemoryLink {
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
    parent: upper.parent,
    vlanId: upper.vlanId,
    mode: upper.mode,
    macIsChosen: mac !== undefined,
    mtuIsChosen: false,
    isCopy: false,
  }
  netns.links.set(index, link)
  addLinkSysctls(netns, name)
  return link
}

/** Brings a new link up, and makes it a port, if it is to be so. */
export function finish(
  netns: MemoryNetns,
  link: MemoryLink,
  up: boolean | undefined,
  master: MemoryLink | undefined,
): void {
  if (up) {
    link.up = true
    linkCameUp(netns, link)
  }
  if (master !== undefined) join(netns, link, master)
}

/** Deletes a link, with those on top of it, and the other end of a pair. */
export function remove(world: MemoryWorld, netns: MemoryNetns, link: MemoryLink): void {
  for (const upper of uppersOf(world, link)) remove(world, upper.netns, upper.link)
  detach(world, netns, link)
  const far = link.peer?.netns ?? netnsOfCopiedPeer(world, link)
  const peer = link.peer === undefined ? undefined : far?.links.get(link.peer.index)
  if (far !== undefined && peer !== undefined) detach(world, far, peer)
}

/** Takes a link out of its namespace, where nothing of it stays. */
export function detach(world: MemoryWorld, netns: MemoryNetns, link: MemoryLink): void {
  for (const port of netns.links.values()) if (port.master === link) port.master = undefined
  linkWentDown(netns, link)
  switchVlans(world, link, false)
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
