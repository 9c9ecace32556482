import { utf8Length } from '@vpc-bridge/runtime'

/** Taken by directories: two of every file system, two of /proc/sys/net/ipv4/conf. */
const notNames = ['', '.', '..', 'all', 'default']

/** Returns true for a text that can be the primary name of a link. */
export function isLinkName(text: string): boolean {
  return !notNames.includes(text) && utf8Length(text) <= 15 && !/[\s/:\0]/.test(text)
}
