import { architecture, syscall } from 'standalone:host'
import { errorNumbers, type FileSyscalls } from '../file-syscalls.ts'
import type { FileStatus } from '../files.ts'
import { openFlags } from '../syscalls.ts'
import { poll } from './poll.ts'
import { calls } from './syscall-numbers.ts'
import { decodeUtf8, encodeUtf8, zeroEnded } from './utf8.ts'

/** Stands for the working directory, where a call takes a directory. */
const AT_FDCWD = -100
const AT_EMPTY_PATH = 0x1000
/** PATH_MAX: no target of a link is longer. */
const longestPath = 4096
const emptyPath = zeroEnded('')
const listLength = 32_768
/** struct linux_dirent64 */
const entry = { length: 16, name: 19 } as const
/** struct stat */
const status = { size: 144, inode: 8, mode: architecture === 'x64' ? 24 : 16, modified: 88 } as const
/** S_IFMT, and its values by their number of four bits. */
const kindMask = 0xf000
const kinds: Readonly<Record<number, FileStatus['kind']>> = { 1: 'pipe', 4: 'directory', 8: 'file', 12: 'socket' }
const TCGETS = 0x5401

/** The system calls on files of a standalone executable. */
export const standaloneFileSyscalls: FileSyscalls = {
  open: (path, flags, mode) => callAt(calls.openat, path, flags, mode),
  close: (descriptor) => syscall(calls.close, descriptor),
  read: (descriptor, buffer) => syscall(calls.read, descriptor, buffer, buffer.length),
  write: (descriptor, buffer) => syscall(calls.write, descriptor, buffer, buffer.length),
  stat: (path) => statusBy((buffer) => callAt(calls.newfstatat, path, buffer, 0)),
  fstat: (descriptor) => statusBy((buffer) => syscall(calls.newfstatat, descriptor, emptyPath, buffer, AT_EMPTY_PATH)),
  readlink: (path) => {
    const target = new Uint8Array(longestPath)
    const length = callAt(calls.readlinkat, path, target, longestPath)
    return length < 0 ? length : decodeUtf8(target.subarray(0, length))
  },
  list: (path) => {
    const { open, close } = standaloneFileSyscalls
    // What is no directory may be a pipe, which opening would wait for.
    const directory = open(path, openFlags.read | openFlags.nonblocking | openFlags.closeOnExec, 0)
    if (directory < 0) return directory
    const names = listOpen(directory)
    close(directory)
    return names
  },
  access: (path, mode) => callAt(calls.faccessat, path, mode),
  mkdir: (path, mode) => callAt(calls.mkdirat, path, mode),
  rename: (from, to) =>
    to.includes('\0') ? -errorNumbers.EINVAL : callAt(calls.renameat, from, AT_FDCWD, zeroEnded(to)),
  unlink: (path) => callAt(calls.unlinkat, path, 0),
  fchmod: (descriptor, mode) => syscall(calls.fchmod, descriptor, mode),
  fsync: (descriptor) => syscall(calls.fsync, descriptor),
  isTerminal: (descriptor) => syscall(calls.ioctl, descriptor, TCGETS, new Uint8Array(64)) >= 0,
  waitFor: (descriptor, event) => void poll([{ descriptor, event }], 100),
  encodeUtf8,
  decodeUtf8,
}

/** Makes a system call on a path. */
function callAt(number: number, path: string, ...args: readonly (number | Uint8Array)[]): number {
  return path.includes('\0') ? -errorNumbers.EINVAL : syscall(number, AT_FDCWD, zeroEnded(path), ...args)
}

/** By newfstatat(2), not statx(2), which some sandboxes forbid. */
function statusBy(newfstatat: (buffer: Uint8Array) => number): FileStatus | number {
  const buffer = new Uint8Array(status.size)
  const returned = newfstatat(buffer)
  if (returned < 0) return returned
  const view = new DataView(buffer.buffer)
  const seconds = Number(view.getBigInt64(status.modified, true))
  const nanoseconds = view.getUint32(status.modified + 8, true)
  return {
    kind: kinds[(view.getUint32(status.mode, true) & kindMask) >> 12] ?? 'other',
    inode: view.getBigUint64(status.inode, true),
    modifiedMs: 1000 * seconds + Math.floor(nanoseconds / 1e6),
  }
}

function listOpen(directory: number): readonly string[] | number {
  const names: string[] = []
  const buffer = new Uint8Array(listLength)
  const view = new DataView(buffer.buffer)
  for (;;) {
    const end = syscall(calls.getdents64, directory, buffer, listLength)
    if (end <= 0) return end < 0 ? end : names
    for (let at = 0; at < end; at += view.getUint16(at + entry.length, true)) {
      const name = buffer.subarray(at + entry.name, buffer.indexOf(0, at + entry.name))
      const text = decodeUtf8(name)
      if (text !== '.' && text !== '..') names.push(text)
    }
  }
}
