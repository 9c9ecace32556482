import { utf8Length } from '@vpc-bridge/runtime'
import type { Link } from './state.ts'

/** The longest primary name of a link, in bytes (IFNAMSIZ less the terminator). */
export const longestLinkName = 15

/** Taken by directories: two of every file system, two of /proc/sys/net/ipv4/conf. */
const notNames = ['', '.', '..', 'all', 'default']

/** Returns true for a text that can be the primary name of a link. */
export function isLinkName(text: string): boolean {
  return !notNames.includes(text) && utf8Length(text) <= longestLinkName && !/[\s/:\0]/.test(text)
}

/** Returns true for a link that a name finds: its primary name, or an alternative one. */
export function isNamed(link: Link, name: string): boolean {
  return link.name === name || link.altNames.includes(name)
}
