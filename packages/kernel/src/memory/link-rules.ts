import { isLinkName } from '../link-name.ts'
import { findLink, type MemoryNetns, Refusal } from './world.ts'

/** The smallest and largest MTU that a driver takes, in bytes. */
const mtuRange: Readonly<Record<string, readonly [least: number, most: number]>> = {
  bridge: [68, 65535],
  veth: [68, 65535],
}

export const noMac = '00:00:00:00:00:00'

/** Refuses names that no link can have, and those that one has. */
export function requireFreeName(netns: MemoryNetns, name: string): void {
  if (!isLinkName(name)) throw new Refusal('EINVAL', `"${name}" is not a valid ifname`)
  if (findLink(netns, name) !== undefined) throw new Refusal('EEXIST', 'File exists')
}

/** Refuses MTUs and MAC addresses that no link of a kind can have. */
export function requireValid(
  kind: string | undefined,
  { mac, mtu }: { readonly mac?: string; readonly mtu?: number },
): void {
  const [least, most] = mtuRange[kind ?? ''] ?? [0, 2 ** 31 - 1]
  if (mtu !== undefined && mtu < least) throw new Refusal('EINVAL', 'mtu less than device minimum')
  if (mtu !== undefined && mtu > most) throw new Refusal('EINVAL', 'mtu greater than device maximum')
  if (mac === undefined) return
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1
  if (isGroup || mac === noMac) throw new Refusal('EADDRNOTAVAIL', 'Cannot assign requested address')
}
