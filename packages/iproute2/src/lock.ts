import { inodeOf, type Lock, type LockMode } from '@vpc-bridge/kernel'
import {
  type FileLockHolder,
  fileLockHolder,
  lockDescriptor,
  lockSocket,
  openFlags,
  type SystemResult,
  systemError,
  systemResult,
} from '@vpc-bridge/runtime'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { err, type Result } from 'neverthrow'
import type { Failure } from './failure.ts'
import type { NamespaceFile } from './namespace-file.ts'

const syscalls = nodeSyscalls()
const CLONE_NEWNET = 0x40000000

/*
 * The locks of a namespace, by system calls that Node.js itself has none for.
 */

/** Takes a lock of a namespace; `undefined` when it is not free. */
export function tryLock(
  { childPath, own }: Pick<NamespaceFile, 'childPath' | 'own'>,
  mode: LockMode,
  name: string | undefined,
): Result<Lock | undefined, Failure> {
  const take = () => lockSocket(syscalls, mode, name)
  const taken = own ? take() : inside(childPath, take)
  return taken.map((release) => release && { release: async () => release() })
}

/** Takes the lock on a namespace's file, or tells who has it. */
export function tryFileLock(
  { childPath, id }: Pick<NamespaceFile, 'childPath' | 'id'>,
  mode: LockMode,
): Result<Lock | FileLockHolder, Failure> {
  // A file of its own: the lock is that of an open file.
  return open(childPath)
    .andThen((descriptor) => lockDescriptor(syscalls, descriptor, mode))
    .map((release) =>
      release === undefined ? fileLockHolder(syscalls, inodeOf({ id }), mode) : { release: async () => release() },
    )
}

/** Does something with the thread in another namespace. Nothing else runs on it meanwhile. */
function inside<T>(path: string, action: () => SystemResult<T>): SystemResult<T> {
  return open('/proc/self/ns/net').andThen((home) => {
    const done = open(path).andThen((descriptor) => {
      const entered = syscalls.setns(descriptor, CLONE_NEWNET)
      syscalls.close(descriptor)
      if (entered < 0) return err(systemError(-entered))
      try {
        return action()
      } finally {
        // A thread in the wrong namespace must not go on: it would start the children of this driver there.
        if (syscalls.setns(home, CLONE_NEWNET) < 0)
          syscalls.abort('the thread cannot return to its own network namespace')
      }
    })
    syscalls.close(home)
    return done
  })
}

function open(path: string): SystemResult<number> {
  return systemResult(syscalls.open(path, openFlags.read | openFlags.nonblocking | openFlags.closeOnExec))
}
