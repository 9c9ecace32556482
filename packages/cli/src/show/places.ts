import type { Files } from '@vpc-bridge/runtime'
import type { Place } from './model.ts'

/** Where namespaces get names: of `ip netns`, containerd and Podman, then of Docker. */
const directories = ['/run/netns', '/run/docker/netns']

/**
 * Returns the network namespaces of this machine that a path leads to, each once: those with names, then those that only
 * processes are in. What goes away meanwhile, or is forbidden to look at, is left out.
 *
 * @see ip-netns(8), network_namespaces(7)
 */
export function listPlaces({ list, readLink, read, stat }: Files): readonly Place[] {
  const seen = new Set<string>()
  const places: Place[] = []
  const add = (inode: string | undefined, path: string, name: () => string) => {
    if (inode === undefined || seen.has(inode)) return
    seen.add(inode)
    places.push({ path, name: name() })
  }
  const entriesOf = (directory: string) => list(directory).unwrapOr([])
  for (const directory of directories) {
    for (const name of entriesOf(directory)) {
      const path = `${directory}/${name}`
      add(stat(path).unwrapOr(undefined)?.inode.toString(), path, () => name)
    }
  }
  /** Stands for a namespace: its inode, or its path where that is forbidden to know. */
  const inodeOf = (path: string) =>
    readLink(path).match(
      (target) => /^net:\[(\d+)\]$/.exec(target)?.[1],
      ({ errno }) => (errno === 'EACCES' || errno === 'EPERM' ? path : undefined),
    )
  const commandOf = (pid: string) =>
    read(`/proc/${pid}/comm`).match(
      (command) => ` (${command.trim()})`,
      () => '',
    )
  for (const pid of entriesOf('/proc').filter((name) => /^\d+$/.test(name))) {
    const path = `/proc/${pid}/ns/net`
    add(inodeOf(path), path, () => `process ${pid}${commandOf(pid)}`)
  }
  return places
}
