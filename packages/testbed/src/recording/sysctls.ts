import type { State } from '../read-state.ts'
import { type Line, line } from './command-line.ts'

/** Settings that changed, or that another one would have changed, and those of new links that a link does not begin with. */
export function sysctlLines(netns: string, before: State, after: State): readonly Line[] {
  const isSwitched = (path: string) => {
    const all = path.replace(/\/conf\/[^/]+\//, '/conf/all/')
    return all !== path && before.sysctls[all] !== after.sysctls[all]
  }
  return Object.entries(after.sysctls)
    .filter(([path, value]) => value !== (before.sysctls[path] ?? initial(path, after)) || isSwitched(path))
    .filter(([path]) => !follows(path))
    .toSorted(([one], [other]) => rank(one) - rank(other))
    .map(([path, value]) => line(netns, 'sysctl', '-q', '-w', `net/${path}=${value}`))
}

/** The value that a link begins with. Settings of neighbours have no default in most namespaces, but nobody changes those of lo. */
function initial(path: string, { sysctls }: State): string | undefined {
  return sysctls[path.replace(/\/conf\/[^/]+\//, '/conf/default/').replace(/\/neigh\/[^/]+\//, '/neigh/lo/')]
}

/** Settings that the kernel makes of others: of the link's MTU, and of its being without ARP. */
function follows(path: string): boolean {
  return /^ipv6\/conf\/[^/]+\/(mtu|accept_dad)$/.test(path)
}

/** First what sets all others: the machine's switches, then those of all links. */
function rank(path: string): number {
  return path.includes('/conf/all/') ? 1 : /\/(conf|neigh)\//.test(path) ? 2 : 0
}
