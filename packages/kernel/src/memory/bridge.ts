import { noMac } from './link-rules.ts'
import { type MemoryLink, type MemoryNetns, Refusal, removeWhere } from './world.ts'

/** The bridge that a link of a kind is to become a port of, if both can. */
export function requireMaster(kind: string | undefined, master: MemoryLink): MemoryLink {
  if (master.kind !== 'bridge') throw new Refusal('EOPNOTSUPP', 'Operation not supported')
  if (kind === 'loopback') throw new Refusal('EINVAL', 'Invalid argument')
  if (kind === 'bridge') throw new Refusal('ELOOP', 'Can not enslave a bridge to a bridge')
  return master
}

/** Makes a link a port of a bridge, or of none. */
export function join(netns: MemoryNetns, link: MemoryLink, master: MemoryLink | undefined): void {
  const left = link.master
  link.master = master
  if (left !== undefined) adjustBridge(netns, left)
  if (master !== undefined) adjustBridge(netns, master)
}

/**
 * A bridge takes the smallest MTU and MAC address of its ports, unless it was given its own: an MTU later than when it was
 * created. Without ports it has the MTU of Ethernet, and no MAC address.
 */
export function adjustBridge(netns: MemoryNetns, bridge: MemoryLink): void {
  const ports = [...netns.links.values()].filter((link) => link.master === bridge)
  if (!bridge.mtuIsChosen) bridge.mtu = ports.length === 0 ? 1500 : Math.min(...ports.map(({ mtu }) => mtu))
  const [lowest = noMac] = ports.flatMap(({ mac }) => mac ?? []).toSorted()
  if (!bridge.macIsChosen && bridge.mac !== lowest) changeMac(netns, bridge, lowest)
}

/** Gives a link another MAC address. Its neighbours knew the old one: the kernel forgets them. */
export function changeMac(netns: MemoryNetns, link: MemoryLink, mac: string): void {
  link.mac = mac
  removeWhere(netns.neighbours, ({ dev }) => dev === link.name)
}
