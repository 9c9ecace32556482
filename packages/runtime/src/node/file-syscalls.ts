import {
  accessSync,
  type BigIntStats,
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { isatty } from 'node:tty'
import type { FileSyscalls } from '../file-syscalls.ts'
import type { FileStatus } from '../files.ts'
import { attempt, succeed } from './attempt.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()
const never = new Int32Array(new SharedArrayBuffer(4))

/** The system calls on files by `node:fs`. */
export const nodeFileSyscalls: FileSyscalls = {
  open: (path, flags, mode) => attempt(() => openSync(path, flags, mode)),
  close: (descriptor) => succeed(() => closeSync(descriptor)),
  read: (descriptor, buffer) => attempt(() => readSync(descriptor, buffer)),
  write: (descriptor, buffer) => attempt(() => writeSync(descriptor, buffer)),
  stat: (path) => attempt(() => toStatus(statSync(path, { bigint: true }))),
  fstat: (descriptor) => attempt(() => toStatus(fstatSync(descriptor, { bigint: true }))),
  readlink: (path) => attempt(() => readlinkSync(path)),
  list: (path) => attempt(() => readdirSync(path)),
  access: (path, mode) => succeed(() => accessSync(path, mode)),
  mkdir: (path, mode) => succeed(() => mkdirSync(path, { mode })),
  rename: (from, to) => succeed(() => renameSync(from, to)),
  unlink: (path) => succeed(() => unlinkSync(path)),
  fchmod: (descriptor, mode) => succeed(() => fchmodSync(descriptor, mode)),
  fsync: (descriptor) => succeed(() => fsyncSync(descriptor)),
  isTerminal: isatty,
  // Node.js has no poll(2) that waits on this thread.
  waitFor: () => void Atomics.wait(never, 0, 0, 1),
  encodeUtf8: (text) => encoder.encode(text),
  decodeUtf8: (bytes) => decoder.decode(bytes),
}

function toStatus(stats: BigIntStats): FileStatus {
  return { kind: kindOf(stats), inode: stats.ino, modifiedMs: Number(stats.mtimeMs) }
}

function kindOf(stats: BigIntStats): FileStatus['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isFIFO()) return 'pipe'
  return stats.isSocket() ? 'socket' : 'other'
}
