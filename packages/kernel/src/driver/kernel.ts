import type { Syscalls, SystemResult } from '@vpc-bridge/runtime'
import { ok, ResultAsync } from 'neverthrow'
import type { KernelError } from '../error.ts'
import type { Kernel, Netns } from '../netns.ts'
import { currentNamespace, type NamespaceFile, openNamespace, ownPath, visit } from './namespace-file.ts'

/** Opens further namespaces. */
export interface Opener {
  readonly open: Kernel['open']
  readonly openFile: (path: string) => SystemResult<NamespaceFile>
}

/** A driver's handle of a namespace. */
interface Attached {
  readonly netns: Netns
  /** Lets go of what the driver has besides the file. */
  readonly detach: () => void
}

/** A namespace that has been opened. */
interface Entry extends Attached {
  readonly file: NamespaceFile
  readonly descriptor: number
}

/**
 * Makes a driver's kernel, which opens each namespace once for each path.
 *
 * @param attach makes the handle of a namespace; called with the thread in it
 */
export function createDriverKernel(
  syscalls: Syscalls,
  attach: (file: NamespaceFile, opener: Opener) => SystemResult<Attached>,
): Kernel {
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
    attach(file, opener).map((attached) => {
      const entry = { descriptor, file, ...attached }
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
    return new ResultAsync(Promise.resolve(opened))
  }

  const opener: Opener = { open, openFile: (path) => enter(path).map(({ file }) => file) }

  return {
    open,
    close: () => {
      for (const { descriptor, detach } of entries.splice(0)) {
        detach()
        syscalls.close(descriptor)
      }
      if (own !== undefined) syscalls.close(own)
      own = undefined
    },
  }
}
