import { type MemoryNetns, Refusal } from './world.ts'

/** The settings that each link has, and what a new namespace starts with. */
const perLink: Readonly<Record<string, string>> = {
  'ipv4/conf/*/forwarding': '0',
  'ipv4/conf/*/proxy_arp': '0',
  'ipv4/conf/*/promote_secondaries': '0',
  'ipv4/neigh/*/proxy_delay': '80',
  'ipv6/conf/*/forwarding': '0',
  'ipv6/conf/*/accept_ra': '1',
  'ipv6/conf/*/accept_dad': '1',
  'ipv6/conf/*/disable_ipv6': '0',
  'ipv6/conf/*/addr_gen_mode': '0',
}

/** Gives a new namespace its settings: those of `all` and `default`. */
export function initialSysctls(): Map<string, string> {
  const sysctls = new Map<string, string>()
  for (const [pattern, value] of Object.entries(perLink)) {
    if (pattern.includes('/conf/')) sysctls.set(pathOf(pattern, 'all'), value)
    sysctls.set(pathOf(pattern, 'default'), value)
  }
  return sysctls
}

/** Where the values are that a new link starts with. */
export function defaultPaths(): readonly string[] {
  return Object.keys(perLink).map((pattern) => pathOf(pattern, 'default'))
}

/** Gives a new link its settings: copies of `default`. */
export function addLinkSysctls(netns: MemoryNetns, name: string): void {
  for (const pattern of Object.keys(perLink)) {
    const value = netns.sysctls.get(pathOf(pattern, 'default'))
    if (value !== undefined) netns.sysctls.set(pathOf(pattern, name), value)
  }
}

export function removeLinkSysctls(netns: MemoryNetns, name: string): void {
  for (const path of netns.sysctls.keys()) {
    if (path.split('/')[3] === name) netns.sysctls.delete(path)
  }
}

/** Writes a setting; `forwarding` of `all` is that of every link. */
export function writeSysctl(netns: MemoryNetns, path: string, value: string): void {
  if (!netns.sysctls.has(path)) throw new Refusal('ENOENT', `/proc/sys/${path}: No such file or directory`)
  if (!/^-?\d+$/.test(value)) throw new Refusal('EINVAL', `/proc/sys/${path}: Invalid argument`)
  netns.sysctls.set(path, value)
  const fanOut = /^net\/(ipv[46])\/conf\/all\/forwarding$/.exec(path)
  if (fanOut === null) return
  for (const other of netns.sysctls.keys()) {
    if (other.startsWith(`net/${fanOut[1]}/conf/`) && other.endsWith('/forwarding')) netns.sysctls.set(other, value)
  }
}

/** A number among the settings; 0 when it is not there. */
export function sysctlNumber(netns: MemoryNetns, path: string): number {
  return Number(netns.sysctls.get(path) ?? 0)
}

function pathOf(pattern: string, name: string): string {
  return `net/${pattern.replace('*', name)}`
}
