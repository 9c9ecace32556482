import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { output } from './command.ts'
import { guardNamespaces } from './guard-namespaces.ts'
import { inside } from './look.ts'

/** Empty network namespaces, and paths to them, as tests of drivers need them. */
export interface Scratch {
  /** Makes an empty namespace and returns its path. */
  readonly newNetns: () => Promise<string>
  /** Makes a further path to the namespace at a path. */
  readonly newPathTo: (path: string) => Promise<string>
  /** Removes a path that `newNetns` returned. */
  readonly removePath: (path: string) => Promise<void>
  /** Gives the namespace at a path a neighbour entry as if the kernel had learnt it. */
  readonly learnNeighbour: (path: string, neighbour: { dev: string; address: string; mac: string }) => Promise<void>
  /** Makes a regular file and returns its path. */
  readonly newFile: () => Promise<string>
  /** Removes the namespaces made so far. */
  readonly clear: () => Promise<void>
  /** Removes everything. */
  readonly destroy: () => Promise<void>
}

/** @param name begins the names of the namespaces, and is not used by anybody else at the same time */
export async function createScratch(name: string): Promise<Scratch> {
  const prefix = `${name}-${process.pid}-`
  const release = guardNamespaces(prefix)
  const directory = await mkdtemp(join(tmpdir(), prefix))
  const namespaces = new Set<string>()
  let made = 0
  const next = () => {
    made += 1
    return made
  }
  const remove = async (namespace: string) => {
    namespaces.delete(namespace)
    await output(['ip', 'netns', 'delete', namespace])
  }
  const clear = async () => {
    for (const namespace of [...namespaces]) await remove(namespace)
  }
  return {
    newNetns: async () => {
      const namespace = `${prefix}${next()}`
      await output(['ip', 'netns', 'add', namespace])
      namespaces.add(namespace)
      return `/run/netns/${namespace}`
    },
    newPathTo: async (path) => {
      const further = join(directory, `netns-${next()}`)
      await symlink(path, further)
      return further
    },
    removePath: (path) => remove(basename(path)),
    learnNeighbour: async (path, { dev, address, mac }) => {
      const entry = [address, 'lladdr', mac, 'dev', dev, 'nud', 'stale']
      await output(inside(path, ['ip', 'neighbour', 'replace', ...entry]))
    },
    newFile: async () => {
      const path = join(directory, `file-${next()}`)
      await writeFile(path, '')
      return path
    },
    clear,
    destroy: async () => {
      await clear()
      release()
      await rm(directory, { recursive: true })
    },
  }
}
