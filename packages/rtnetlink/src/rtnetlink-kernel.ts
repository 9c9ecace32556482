import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import type { Kernel, KernelError, Netns } from '@vpc-bridge/kernel'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import { type NetlinkError, openSocket } from './netlink-socket.ts'
import { openNetns } from './rtnetlink-netns.ts'
import type { Syscalls } from './syscalls.ts'

const ownPath = '/proc/self/ns/net'
const CLONE_NEWNET = 0x40000000

/** A namespace that has been opened. */
interface Entry {
  readonly netns: Netns
  readonly descriptor: number
  readonly close: () => void
}

/**
 * The driver that speaks to the kernel itself, over netlink sockets, without child processes.
 *
 * @param syscalls the system calls of the runtime: `bunSyscalls()` or `nodeSyscalls()`
 */
export function createRtnetlinkKernel(syscalls: Syscalls): Kernel {
  const own = openSync(ownPath, constants.O_RDONLY)
  const { dev: nsfs, ino: ownInode } = fstatSync(own)
  const entries = new Map<string, Entry>()

  /** Only what is done when the action returns happens in the namespace: nothing else runs on this thread meanwhile. */
  const inside = <T>(descriptor: number, action: () => T): Result<T, NetlinkError> => {
    const entered = syscalls.setns(descriptor, CLONE_NEWNET)
    if (entered < 0) return err(setnsError(-entered))
    try {
      return ok(action())
    } finally {
      // A thread that is in the wrong namespace must not go on: it would configure the container's network as the host's.
      if (syscalls.setns(own, CLONE_NEWNET) < 0) process.abort()
    }
  }

  const enter = (path: string): Result<Entry, KernelError> => {
    const refuse = ({ errno, message }: NetlinkError) =>
      err({ kind: 'kernel' as const, operation: 'open', object: `namespace ${path}`, netns: path, errno, message })
    const file = openFile(path)
    if (file.isErr()) return refuse(file.error)
    const { descriptor, dev, ino } = file.value
    const id = `${dev}:${ino}`
    const known = entries.get(path)
    if (known?.netns.id === id) {
      closeSync(descriptor)
      return ok(known)
    }
    const at = <T>(action: () => T): Result<T, NetlinkError> =>
      ino === ownInode ? ok(action()) : inside(descriptor, action)
    const openHere = () => at(() => openSocket(syscalls)).andThen((opened) => opened)
    const socket = dev === nsfs ? openHere() : err({ errno: 'EINVAL', message: 'it is not a network namespace' })
    if (socket.isErr()) {
      closeSync(descriptor)
      return refuse(socket.error)
    }
    const descriptorOf = (far: string) => enter(far).map((entry) => entry.descriptor)
    const netns = openNetns({ path, id, socket: socket.value, openSocket: openHere, inside: at, open, descriptorOf })
    const close = () => {
      socket.value.close()
      closeSync(descriptor)
    }
    const entry = { netns, descriptor, close }
    // A path may lead to another namespace than before, whose handles are still in use.
    entries.set(known === undefined ? path : `${path}\0${id}`, entry)
    return ok(entry)
  }
  const open: Kernel['open'] = (path) => new ResultAsync(Promise.resolve(enter(path).map(({ netns }) => netns)))

  return {
    open,
    close: () => {
      for (const { close } of entries.values()) close()
      entries.clear()
      closeSync(own)
    },
  }
}

function setnsError(errno: number): NetlinkError {
  const names: Readonly<Record<number, string>> = { 1: 'EPERM', 22: 'EINVAL' }
  return { errno: names[errno] ?? `E${errno}`, message: 'the network namespace cannot be entered' }
}

function openFile(
  path: string,
): Result<{ readonly descriptor: number; readonly dev: number; readonly ino: number }, NetlinkError> {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const { dev, ino } = fstatSync(descriptor)
    return ok({ descriptor, dev, ino })
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor)
    // node:fs throws nothing else.
    const { code = 'EIO', message } = error as NodeJS.ErrnoException
    return err({ errno: code === 'ENOTDIR' ? 'ENOENT' : code, message })
  }
}
