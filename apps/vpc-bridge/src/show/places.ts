import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Place } from './model.ts'

/** Where namespaces get names: of `ip netns`, containerd and Podman, then of Docker. */
const directories = ['/run/netns', '/run/docker/netns']

/**
 * The network namespaces of this machine that a path leads to, each once: those with names, then those that only
 * processes are in.
 *
 * @see ip-netns(8), network_namespaces(7)
 */
export function listPlaces(): readonly Place[] {
  const seen = new Set<string>()
  const places: Place[] = []
  const add = (inode: string | undefined, path: string, name: () => string) => {
    if (inode === undefined || seen.has(inode)) return
    seen.add(inode)
    places.push({ path, name: name() })
  }
  for (const directory of directories) {
    for (const name of entriesOf(directory)) {
      const path = join(directory, name)
      add(
        quietly(() => String(statSync(path).ino)),
        path,
        () => name,
      )
    }
  }
  for (const pid of entriesOf('/proc').filter((name) => /^\d+$/.test(name))) {
    const path = `/proc/${pid}/ns/net`
    add(inodeOf(path), path, () => `process ${pid}${commandOf(pid)}`)
  }
  return places
}

/** Of a process's namespace; what stands for it if it is not ours to look at. */
function inodeOf(path: string): string | undefined {
  try {
    return /^net:\[(\d+)\]$/.exec(readlinkSync(path))?.[1]
  } catch (error) {
    // node:fs throws nothing else.
    const { code } = error as NodeJS.ErrnoException
    return code === 'EACCES' || code === 'EPERM' ? path : undefined
  }
}

function commandOf(pid: string): string {
  const command = quietly(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
  return command === undefined ? '' : ` (${command})`
}

function entriesOf(directory: string): readonly string[] {
  return quietly(() => readdirSync(directory).toSorted()) ?? []
}

/** What is gone, or not ours to look at, is not there. */
function quietly<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
