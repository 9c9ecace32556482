import type { LinkSettings, NewLink } from '../operation.ts'
import { linkCameUp, linkWentDown } from './addresses.ts'
import { addLinkSysctls, removeLinkSysctls } from './sysctls.ts'
import {
  findLink,
  type MemoryLink,
  type MemoryNetns,
  type MemoryWorld,
  Refusal,
  removeWhere,
  requireLink,
} from './world.ts'

/** The smallest and largest MTU that a driver takes, in bytes. */
const mtuRange: Readonly<Record<string, readonly [least: number, most: number]>> = {
  bridge: [68, 65535],
  veth: [68, 65535],
}

/**
 * Creates a link, for a veth pair both ends.
 *
 * @param far namespace of the far end of a veth pair
 */
export function addLink(world: MemoryWorld, netns: MemoryNetns, link: NewLink, far: MemoryNetns): void {
  if (world.missingDrivers.includes(link.kind)) throw new Refusal('EOPNOTSUPP', 'Unknown device type')
  requireFreeName(netns, link.name)
  requireValid(link.kind, link)
  const master = link.master === undefined ? undefined : requireLink(netns, link.master)
  if (link.kind === 'veth') {
    requireFreeName(far, link.peer.name)
    if (far === netns && link.peer.name === link.name) throw new Refusal('EEXIST', 'File exists')
    requireValid('veth', link.peer)
    const farIndex = far.nextIndex++
    const near = insert(netns, { ...link, index: netns.nextIndex++, peer: farIndex })
    insert(far, { ...link.peer, kind: 'veth', index: farIndex, peer: near.index })
    finish(netns, near, link.up, master)
  } else {
    const added = insert(netns, { ...link, index: netns.nextIndex++ })
    finish(netns, added, link.up, master)
  }
}

/** Plugs a network card in. */
export function addPhysicalLink(
  netns: MemoryNetns,
  link: { readonly name: string; readonly mac?: string; readonly mtu?: number; readonly kind?: string },
): void {
  requireFreeName(netns, link.name)
  insert(netns, { ...link, index: netns.nextIndex++ })
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
  if (Buffer.byteLength(set.alias ?? '') > 255) throw new Refusal('EINVAL', 'alias too long')
  const master = set.master == null ? undefined : requireMaster(link, requireLink(netns, set.master))
  if (set.mac !== undefined) {
    link.mac = set.mac
    link.macIsChosen = true
  }
  if (set.mtu !== undefined) {
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
  if (link.peer === undefined) return
  for (const other of world.namespaces.values()) {
    const peer = other.links.get(link.peer)
    if (peer?.kind === 'veth' && peer.peer === link.index) remove(other, peer)
  }
}

export function addAltName(netns: MemoryNetns, name: string, altName: string): void {
  const link = requireLink(netns, name)
  if (altName === '' || Buffer.byteLength(altName) > 127) throw new Refusal('EINVAL', 'Invalid argument')
  if (findLink(netns, altName) !== undefined) throw new Refusal('EEXIST', 'File exists')
  link.altNames.add(altName)
}

export function deleteAltName(netns: MemoryNetns, name: string, altName: string): void {
  const link = requireLink(netns, name)
  if (!link.altNames.delete(altName)) throw new Refusal('ENOENT', 'No such file or directory')
}

interface Insertion {
  readonly index: number
  readonly name: string
  readonly kind?: string
  readonly mac?: string
  readonly mtu?: number
  readonly peer?: number
}

function insert(netns: MemoryNetns, { index, name, kind, mac, mtu, peer }: Insertion): MemoryLink {
  const link: MemoryLink = {
    index,
    name,
    kind,
    mac: kind === 'loopback' ? undefined : (mac ?? inventedMac(netns, index)),
    mtu: mtu ?? 1500,
    up: false,
    altNames: new Set(),
    master: undefined,
    alias: '',
    peer,
    macIsChosen: mac !== undefined,
    mtuIsChosen: false,
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
  if (master === undefined) return
  try {
    join(netns, link, requireMaster(link, master))
  } catch (refusal) {
    remove(netns, link)
    throw refusal
  }
}

function join(netns: MemoryNetns, link: MemoryLink, master: MemoryLink | undefined): void {
  const left = link.master
  link.master = master
  if (left !== undefined) adjustBridge(netns, left)
  if (master !== undefined) adjustBridge(netns, master)
}

/**
 * A bridge takes the smallest MTU and MAC address of its ports, unless it was given its own: an MTU later than when it was
 * created. Without ports it has the MTU of Ethernet.
 */
function adjustBridge(netns: MemoryNetns, bridge: MemoryLink): void {
  const ports = [...netns.links.values()].filter((link) => link.master === bridge)
  if (!bridge.mtuIsChosen) bridge.mtu = ports.length === 0 ? 1500 : Math.min(...ports.map(({ mtu }) => mtu))
  const [lowest] = ports.flatMap(({ mac }) => mac ?? []).toSorted()
  if (!bridge.macIsChosen && lowest !== undefined) bridge.mac = lowest
}

function remove(netns: MemoryNetns, link: MemoryLink): void {
  for (const port of netns.links.values()) if (port.master === link) port.master = undefined
  linkWentDown(netns, link)
  removeWhere(netns.addresses, ({ dev }) => dev === link.name)
  removeLinkSysctls(netns, link.name)
  netns.links.delete(link.index)
  if (link.master !== undefined) adjustBridge(netns, link.master)
}

function requireMaster(link: MemoryLink, master: MemoryLink): MemoryLink {
  if (master.kind !== 'bridge') throw new Refusal('EOPNOTSUPP', 'Operation not supported')
  if (link.kind === 'bridge') throw new Refusal('ELOOP', 'Can not enslave a bridge to a bridge')
  return master
}

function requireFreeName(netns: MemoryNetns, name: string): void {
  const valid = name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) <= 15 && !/[\s/:]/.test(name)
  if (!valid) throw new Refusal('EINVAL', `"${name}" is not a valid ifname`)
  if (findLink(netns, name) !== undefined) throw new Refusal('EEXIST', 'File exists')
}

function requireValid(kind: string | undefined, { mac, mtu }: { readonly mac?: string; readonly mtu?: number }): void {
  const [least, most] = mtuRange[kind ?? ''] ?? [0, 2 ** 31 - 1]
  if (mtu !== undefined && mtu < least) throw new Refusal('EINVAL', 'mtu less than device minimum')
  if (mtu !== undefined && mtu > most) throw new Refusal('EINVAL', 'mtu greater than device maximum')
  if (mac === undefined) return
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
  if (isGroup || mac === '00:00:00:00:00:00') throw new Refusal('EADDRNOTAVAIL', 'Cannot assign requested address')
}

/** What the kernel draws at random: here it differs between links, and is the same in each run. */
function inventedMac(netns: MemoryNetns, index: number): string {
  const number = [...`${netns.id}/${index}`].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7)
  return `02:00:${number.toString(16).padStart(8, '0').match(/../g)?.join(':')}`
}
