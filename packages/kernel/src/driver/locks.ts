import {
  type FileLockHolder,
  fileLockHolder,
  lockDescriptor,
  lockSocket,
  type Syscalls,
  type SystemResult,
} from '@vpc-bridge/runtime'
import { inodeOf, type Lock, type LockMode } from '../netns.ts'
import type { NamespaceFile } from './namespace-file.ts'

/** Takes a lock of a namespace; `undefined` when it is not free. */
export function tryLock(
  syscalls: Syscalls,
  { inside }: NamespaceFile,
  mode: LockMode,
  name: string | undefined,
): SystemResult<Lock | undefined> {
  return inside(() => lockSocket(syscalls, mode, name)).map((release) => release && lockOf(release))
}

/** Takes the lock on a namespace's file, or tells who has it. */
export function tryFileLock(
  syscalls: Syscalls,
  file: NamespaceFile,
  mode: LockMode,
): SystemResult<Lock | FileLockHolder> {
  return file
    .openAgain()
    .andThen((descriptor) => lockDescriptor(syscalls, descriptor, mode))
    .map((release) => (release === undefined ? fileLockHolder(syscalls, inodeOf(file), mode) : lockOf(release)))
}

function lockOf(release: () => void): Lock {
  return { release: async () => release() }
}
