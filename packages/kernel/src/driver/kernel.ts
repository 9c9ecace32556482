import type { Syscalls, SystemResult } from '@vpc-bridge/runtime'
import { ok } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Kernel, Netns } from '../netns.ts'
import { noPacketFilters, type PacketFilters } from '../packet-filter.ts'
import type { Driver } from './change.ts'
import { currentNamespace, type NamespaceFile, openNamespace, ownPath, visit } from './namespace-file.ts'
import { driverNetns, type LookUps } from './netns.ts'
import { settled } from './settled.ts'

/** Opens a further namespace, as the kernel does. */
export type OpenFile = (path: string) => SystemResult<NamespaceFile>

/** A driver in a namespace. */
export interface Attached {
  readonly lookUps: LookUps
  readonly perform: Driver['perform']
  /** Lets go of what the driver has besides the file, if it has anything. */
  readonly detach?: () => void
}

/** A namespace that has been opened. */
interface Entry {
  readonly netns: Netns
  readonly file: NamespaceFile
  readonly descriptor: number
  readonly detach: Attached['detach']
}

/**
 * Makes a driver's kernel, which opens each namespace once for each path.
 *
 * @param given what needs a packet filter; absent: it is refused
 * @param attach called with the thread in the namespace
 */
export function createDriverKernel(
  syscalls: Syscalls,
  given: Partial<PacketFilters>,
  attach: (file: NamespaceFile, openFile: OpenFile) => SystemResult<Attached>,
): Kernel {
  const filters = { ...noPacketFilters, ...given }
  /** A path may lead to another namespace than before, whose handles are still in use: it then has several entries. */
  const entries: Entry[] = []
  let own: number | undefined

  /** The way back of the thread: a handle of our own namespace has it, too, as long as it is open. */
  const ownDescriptor = (): SystemResult<number> => {
    const known = entries.find(({ file }) => file.path === ownPath)?.descriptor ?? own
    if (known !== undefined) return ok(known)
    return openNamespace(syscalls, ownPath).map((descriptor) => {
      own = descriptor
      return descriptor
    })
  }

  const fileOf = (path: string, descriptor: number, id: string, inside: NamespaceFile['inside']): NamespaceFile => ({
    path,
    id,
    inside,
    forChildren: () => {
      // Not its number: /proc may be that of another PID namespace.
      const process = syscalls.readlink('/proc/self')
      return { path: `/proc/${process}/fd/${descriptor}`, isOwn: path === ownPath }
    },
    openAgain: () => openNamespace(syscalls, `/proc/self/fd/${descriptor}`),
  })

  const enter = (path: string): SystemResult<Entry> =>
    openNamespace(syscalls, path).andThen((descriptor) => {
      const inside: NamespaceFile['inside'] = (action) =>
        path === ownPath ? action() : ownDescriptor().andThen((home) => visit(syscalls, home, descriptor, action))
      const found = inside(() =>
        currentNamespace(syscalls).andThen((id) => {
          const known = entries.find(({ file }) => file.path === path && file.id === id)
          return known === undefined ? keep(descriptor, fileOf(path, descriptor, id, inside)) : ok(known)
        }),
      )
      if (found.isErr() || found.value.descriptor !== descriptor) syscalls.close(descriptor)
      return found
    })

  const keep = (descriptor: number, file: NamespaceFile): SystemResult<Entry> =>
    attach(file, openFile).map(({ lookUps, perform, detach }) => {
      const netns = driverNetns(file, lookUps, { filters, syscalls, perform }, open)
      const entry = { descriptor, file, netns, detach }
      entries.push(entry)
      return entry
    })

  const open: Kernel['open'] = (path) => {
    const opened = enter(path)
      .map(({ netns }) => netns)
      .mapErr(
        (error): KernelError => ({
          kind: 'kernel',
          operation: 'open',
          object: `namespace ${path}`,
          netns: path,
          ...error,
        }),
      )
    return settled(opened)
  }

  const openFile: OpenFile = (path) => enter(path).map(({ file }) => file)

  return {
    open,
    close: () => {
      for (const { descriptor, detach } of entries.splice(0)) {
        detach?.()
        syscalls.close(descriptor)
      }
      if (own !== undefined) syscalls.close(own)
      own = undefined
    },
  }
}
