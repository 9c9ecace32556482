import {
  openFlags,
  type Syscalls,
  type SystemError,
  type SystemResult,
  systemError,
  systemResult,
} from '@vpc-bridge/runtime'
import { err } from 'neverthrow'
import type { PacketFilterNetns } from '../packet-filter.ts'

/** An open file that stands for a network namespace, and keeps it alive. */
export interface NamespaceFile {
  /** The path that it was opened by, which may lead elsewhere by now. */
  readonly path: string
  /** Identifies the namespace: `net:[4026531840]`. */
  readonly id: string
  /** Calls a function with the thread in the namespace. It must be done when it returns. */
  readonly inside: <T>(action: () => SystemResult<T>) => SystemResult<T>
  /** Tells how child processes find the namespace, whatever became of its path. */
  readonly forChildren: () => PacketFilterNetns
  /** Opens a further descriptor of the namespace, which nobody else uses. */
  readonly openAgain: () => SystemResult<number>
}

/** The namespace that the process is in. */
export const ownPath = '/proc/self/ns/net'
/** Of the thread, which may be in another namespace than the process for a moment. */
const currentPath = '/proc/thread-self/ns/net'
const CLONE_NEWNET = 0x40000000

/**
 * Opens the file of a namespace.
 *
 * @returns errors: ENOENT for a path that leads to nothing, also for one that cannot lead anywhere, whatever there is
 */
export function openNamespace(syscalls: Syscalls, path: string): SystemResult<number> {
  return systemResult(syscalls.open(path, openFlags.read | openFlags.nonblocking | openFlags.closeOnExec)).mapErr(
    (error) => (leadsNowhere.includes(error.errno) ? { ...error, errno: 'ENOENT' } : error),
  )
}

/** EINVAL: it has a null character in it. */
const leadsNowhere = ['ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']

/** Returns the identity of the namespace that the thread is in. */
export function currentNamespace(syscalls: Syscalls): SystemResult<string> {
  return systemResult(syscalls.readlink(currentPath))
}

/**
 * Does something with the thread in another namespace: only what is done when the action returns happens there, since nothing
 * else runs on this thread meanwhile.
 *
 * @param home descriptor of the namespace to come back to
 * @returns errors: those of the action; EINVAL when it is no network namespace, EPERM without the privilege
 * @see setns(2)
 */
export function visit<T>(
  syscalls: Syscalls,
  home: number,
  descriptor: number,
  action: () => SystemResult<T>,
): SystemResult<T> {
  const entered = syscalls.setns(descriptor, CLONE_NEWNET)
  if (entered < 0) return err(notEntered(-entered))
  try {
    return action()
  } finally {
    // A thread in the wrong namespace must not go on: it would configure the container's network as the host's.
    if (syscalls.setns(home, CLONE_NEWNET) < 0) syscalls.abort('the thread cannot return to its own network namespace')
  }
}

function notEntered(number: number): SystemError {
  const error = systemError(number)
  if (error.errno === 'EINVAL') return { ...error, message: 'it is not a network namespace' }
  return { ...error, message: `the network namespace cannot be entered: ${error.message}` }
}
