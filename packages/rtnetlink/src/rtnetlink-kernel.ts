import { type Kernel, type KernelError, type Netns, noPacketFilters, type PacketFilters } from '@vpc-bridge/kernel'
import { openFlags, type Syscalls, type SystemError, systemError } from '@vpc-bridge/runtime'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { type NetlinkSocket, openSocket } from './netlink-socket.ts'
import { openNetns } from './rtnetlink-netns.ts'

const ownPath = '/proc/self/ns/net'
/** Of the thread, which may be in another namespace than the process for a moment. */
const currentPath = '/proc/thread-self/ns/net'
const CLONE_NEWNET = 0x40000000

/** A namespace that has been opened. */
interface Entry {
  readonly netns: Netns
  readonly close: () => void
}

/**
 * The driver that speaks to the kernel itself, over netlink sockets, without child processes.
 *
 * @param given what needs a packet filter, which this driver does not speak to; absent: it is refused
 * @param syscalls those of the runtime
 */
export function createRtnetlinkKernel(syscalls: Syscalls, given: Partial<PacketFilters> = {}): Kernel {
  const filters = { ...noPacketFilters, ...given }
  /** A path may lead to another namespace than before, whose handles are still in use: it then has several entries. */
  const entries: Entry[] = []
  let own: number | undefined

  const openFile = (path: string): Result<number, SystemError> => {
    const descriptor = syscalls.open(path, openFlags.read | openFlags.nonblocking | openFlags.closeOnExec)
    return descriptor < 0 ? err(notThere(systemError(-descriptor))) : ok(descriptor)
  }

  const ownDescriptor = (): Result<number, SystemError> => {
    if (own !== undefined) return ok(own)
    return openFile(ownPath).map((descriptor) => {
      own = descriptor
      return descriptor
    })
  }

  /** Only what is done when the action returns happens in the namespace: nothing else runs on this thread meanwhile. */
  const inside = <T>(descriptor: number, action: () => T): Result<T, SystemError> =>
    ownDescriptor().andThen((home) => {
      const entered = syscalls.setns(descriptor, CLONE_NEWNET)
      if (entered < 0) return err(notEntered(-entered))
      try {
        return ok(action())
      } finally {
        // A thread in the wrong namespace must not go on: it would configure the container's network as the host's.
        if (syscalls.setns(home, CLONE_NEWNET) < 0)
          syscalls.abort('the thread cannot return to its own network namespace')
      }
    })

  /** What tells the namespace that the thread is in from others: `net:[4026531840]`. */
  const identify = (): Result<string, SystemError> => {
    const id = syscalls.readlink(currentPath)
    return typeof id === 'string' ? ok(id) : err(systemError(-id))
  }

  const enter = (path: string): Result<Entry, KernelError> =>
    openFile(path)
      .andThen((descriptor) => {
        const isOwn = path === ownPath
        const at = <T>(action: () => T): Result<T, SystemError> => (isOwn ? ok(action()) : inside(descriptor, action))
        const found = at(
          (): Result<Entry | Fresh, SystemError> =>
            identify().andThen((id) => {
              const known = entries.find(({ netns }) => netns.path === path && netns.id === id)
              if (known !== undefined) return ok(known)
              return openSocket(syscalls).map((socket) => ({ id, socket, descriptor, at }))
            }),
        ).andThen((result) => result)
        if (found.isOk() && 'socket' in found.value) return ok(keep(path, found.value))
        syscalls.close(descriptor)
        return found as Result<Entry, SystemError>
      })
      .mapErr(({ errno, message }) => ({
        kind: 'kernel',
        operation: 'open',
        object: `namespace ${path}`,
        netns: path,
        errno,
        message,
      }))

  const keep = (path: string, { id, socket, descriptor, at }: Fresh): Entry => {
    const netns = openNetns({
      path,
      id,
      syscalls,
      socket,
      openSocket: () => at(() => openSocket(syscalls)).andThen((opened) => opened),
      inside: at,
      open,
      filters,
      forChildren: () => {
        const process = syscalls.readlink('/proc/self')
        return { path: `/proc/${process}/fd/${descriptor}`, isOwn: path === ownPath }
      },
      openDescriptor: () => openFile(`/proc/self/fd/${descriptor}`),
      openFile,
    })
    const close = () => {
      socket.close()
      syscalls.close(descriptor)
    }
    const entry = { netns, close }
    entries.push(entry)
    return entry
  }

  const open: Kernel['open'] = (path) => new ResultAsync(Promise.resolve(enter(path).map(({ netns }) => netns)))

  return {
    open,
    close: () => {
      for (const { close } of entries.splice(0)) close()
      if (own !== undefined) syscalls.close(own)
      own = undefined
    },
  }
}

/** A namespace that was not open before. */
interface Fresh {
  readonly id: string
  readonly socket: NetlinkSocket
  readonly descriptor: number
  readonly at: <T>(action: () => T) => Result<T, SystemError>
}

/** A path that cannot lead anywhere, whatever there is, leads to nothing. EINVAL: it has a null character in it. */
function notThere(error: SystemError): SystemError {
  return ['ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'].includes(error.errno) ? { ...error, errno: 'ENOENT' } : error
}

function notEntered(number: number): SystemError {
  const error = systemError(number)
  if (error.errno === 'EINVAL') return { ...error, message: 'it is not a network namespace' }
  return { ...error, message: `the network namespace cannot be entered: ${error.message}` }
}
