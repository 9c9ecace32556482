import { type MemoryNetns, Refusal } from './world.ts'

/** The settings that each link has, and what a new namespace starts with. */
const perLink: Readonly<Record<string, string>> = {
  'ipv4/conf/*/forwarding': '0',
  'ipv4/conf/*/proxy_arp': '0',
  'ipv4/conf/*/rp_filter': '0',
  'ipv4/conf/*/arp_ignore': '0',
  'ipv4/conf/*/arp_announce': '0',
  'ipv4/conf/*/promote_secondaries': '0',
  'ipv4/neigh/*/proxy_delay': '80',
  'ipv6/conf/*/forwarding': '0',
  'ipv6/conf/*/accept_ra': '1',
  'ipv6/conf/*/accept_dad': '1',
  'ipv6/conf/*/disable_ipv6': '0',
  'ipv6/conf/*/addr_gen_mode': '0',
}

/** Those that, written for `all`, are written for each link and for `default`. */
const sharedByAll = /^net\/(ipv4\/conf\/all\/forwarding|ipv6\/conf\/all\/(forwarding|disable_ipv6|addr_gen_mode))$/

/** Gives a new namespace its settings: its own, and those of `all` and `default`, which those of neighbours do not have. */
export function initialSysctls(): Map<string, string> {
  const shared = Object.entries(perLink)
    .filter(([pattern]) => pattern.includes('/conf/'))
    .flatMap(([pattern, value]) => ['all', 'default'].map((name) => [pathOf(pattern, name), value] as const))
  return new Map([['net/bridge/bridge-nf-call-iptables', '0'], ['net/bridge/bridge-nf-call-ip6tables', '0'], ...shared])
}

/** Gives a new link its settings: copies of `default`, where these are known. A copy may ask for them later. */
export function addLinkSysctls({ sysctls, original }: MemoryNetns, name: string): void {
  for (const [pattern, initial] of Object.entries(perLink)) {
    const value = sysctls.get(pathOf(pattern, 'default')) ?? (original === undefined ? initial : undefined)
    if (value !== undefined) sysctls.set(pathOf(pattern, name), value)
  }
}

export function removeLinkSysctls({ sysctls }: MemoryNetns, name: string): void {
  for (const path of sysctls.keys()) if (linkOfPath(path) === name) sysctls.delete(path)
}

export function renameLinkSysctls({ sysctls }: MemoryNetns, from: string, to: string): void {
  for (const [path, value] of [...sysctls]) {
    if (linkOfPath(path) !== from) continue
    sysctls.delete(path)
    sysctls.set(pathOf(patternOf(path), to), value)
  }
}

/**
 * Where the original of a copy has a setting that the copy was not asked for yet: of a new link, with `default`.
 *
 * @returns undefined if the copy has no such link (any more)
 */
export function pathInOriginal({ links }: MemoryNetns, path: string): string | undefined {
  const name = linkOfPath(path)
  if (name === undefined) return path
  const link = [...links.values()].find((each) => each.name === name)
  if (link === undefined) return undefined
  return link.isCopy ? path : pathOf(patternOf(path), 'default')
}

/** The value that a setting has without anybody's doing; undefined for those that the model does not know. */
export function initialSysctl(path: string): string | undefined {
  return perLink[patternOf(path)]
}

/** Writes a setting that is there. */
export function writeSysctl({ links, sysctls }: MemoryNetns, path: string, value: string): void {
  if (value.trim() === '') return
  if (!/^-?\d+$/.test(value.trim()) || Math.abs(Number(value)) > 2 ** 31 - 1) {
    throw new Refusal('EINVAL', `/proc/sys/${path}: Invalid argument`)
  }
  const written = String(Number(value))
  sysctls.set(path, written)
  if (!sharedByAll.test(path)) return
  const names = ['default', ...[...links.values()].map(({ name }) => name)]
  for (const name of names)
    sysctls.set(
      path.replace('/all/', () => `/${name}/`),
      written,
    )
}

/** A number among the settings; 0 when it is not there. */
export function sysctlNumber(netns: MemoryNetns, path: string): number {
  return Number(netns.sysctls.get(path) ?? 0)
}

/** The link that a setting is of: undefined for those of none, of `all` and of `default`. */
function linkOfPath(path: string): string | undefined {
  const [, , group, name] = path.split('/')
  const ofLink = (group === 'conf' || group === 'neigh') && name !== 'all' && name !== 'default'
  return ofLink ? name : undefined
}

function patternOf(path: string): string {
  const [, family, group, , ...rest] = path.split('/')
  return [family, group, '*', ...rest].join('/')
}

function pathOf(pattern: string, name: string): string {
  return `net/${pattern.replace('*', () => name)}`
}
