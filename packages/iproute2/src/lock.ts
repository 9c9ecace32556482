import type { Lock, LockMode } from '@vpc-bridge/kernel'
import { lockDescriptor, openFlags, systemError } from '@vpc-bridge/runtime'
import { nodeSyscalls } from '@vpc-bridge/runtime/node-syscalls'
import { err, type Result } from 'neverthrow'
import type { Failure } from './failure.ts'
import type { NamespaceFile } from './namespace-file.ts'

const syscalls = nodeSyscalls()

/** Takes the lock on the namespace's file, which Node.js itself has no call for; `undefined` when it is not free. */
export function tryLock(
  { childPath }: Pick<NamespaceFile, 'childPath'>,
  mode: LockMode,
): Result<Lock | undefined, Failure> {
  // A file of its own: the lock is that of an open file.
  const descriptor = syscalls.open(childPath, openFlags.read | openFlags.nonblocking | openFlags.closeOnExec)
  if (descriptor < 0) return err(systemError(-descriptor))
  return lockDescriptor(syscalls, descriptor, mode).map((release) => release && { release: async () => release() })
}
