import { err, ok } from 'neverthrow'
import { errorNumbers, type FileSyscalls } from './file-syscalls.ts'
import type { Files } from './files.ts'
import { readFully, writeFully } from './read-write.ts'
import type { Clock } from './runtime.ts'
import { openFlags } from './syscalls.ts'
import type { SystemResult } from './system-error.ts'
import { systemError, systemResult } from './system-error.ts'

/** More than any file that a program reads whole. */
const longestFile = 16 * 1024 * 1024
const accessModes = { exist: 0, execute: 1, write: 2, read: 4 } as const

/** Makes {@link Files} of an engine's system calls. */
export function createFiles(calls: FileSyscalls, { now }: Pick<Clock, 'now'>): Files {
  const done = (returned: number): SystemResult<void> => systemResult(returned).map(() => undefined)

  /** Opens a file for an action, and closes it again. */
  const withFile = <T>(
    path: string,
    flags: number,
    mode: number,
    action: (descriptor: number) => SystemResult<T>,
  ): SystemResult<T> =>
    systemResult(calls.open(path, flags | openFlags.closeOnExec, mode)).andThen((descriptor) => {
      const result = action(descriptor)
      calls.close(descriptor)
      return result
    })

  const readWhole = (path: string): SystemResult<Uint8Array> =>
    withFile(path, openFlags.read, 0, (descriptor) => readFully(calls, descriptor, longestFile))

  const writeText = (descriptor: number, text: string): SystemResult<void> =>
    writeFully(calls, now, descriptor, calls.encodeUtf8(text))

  const makeDirectory = (path: string): SystemResult<void> => {
    const made = calls.mkdir(path, 0o777)
    if (made >= 0) return ok()
    if (made === -errorNumbers.EEXIST) {
      const status = calls.stat(path)
      return typeof status === 'object' && status.kind === 'directory' ? ok() : done(made)
    }
    const parent = directoryOf(path)
    if (made !== -errorNumbers.ENOENT || parent === undefined) return done(made)
    return makeDirectory(parent).andThen(() => done(calls.mkdir(path, 0o777)))
  }

  /** Makes a new file, which is removed again if that fails. */
  const create = (path: string, mode: number, fill: (descriptor: number) => SystemResult<void>): SystemResult<void> => {
    const fresh = openFlags.write | openFlags.create | openFlags.exclusive
    return withFile(path, fresh, 0o600, (file) => {
      const made = fill(file)
        .andThen(() => done(calls.fchmod(file, mode)))
        .andThen(() => done(calls.fsync(file)))
      if (made.isErr()) calls.unlink(path)
      return made
    })
  }

  const copyBytes = (source: number, target: number): SystemResult<void> => {
    const piece = new Uint8Array(65_536)
    for (;;) {
      const length = calls.read(source, piece)
      if (length === 0) return ok()
      if (length === -errorNumbers.EINTR) continue
      if (length < 0) return done(length)
      const written = writeFully(calls, now, target, piece.subarray(0, length))
      if (written.isErr()) return written
    }
  }

  /** Has a directory written to the disk. What was done in it is done, whatever comes of this. */
  const flushDirectoryOf = (path: string): void => {
    withFile(directoryOf(path) ?? '.', openFlags.read, 0, (directory) => done(calls.fsync(directory)))
  }

  return {
    readToEnd: (descriptor, limitBytes) => readFully(calls, descriptor, limitBytes).map(calls.decodeUtf8),
    write: (descriptor, text) => writeText(descriptor, text).isOk(),
    read: (path) => readWhole(path).map(calls.decodeUtf8),
    readBytes: readWhole,
    writeFile: (path, text) =>
      withFile(path, openFlags.write | openFlags.create | openFlags.truncate, 0o644, (file) => writeText(file, text)),
    append: (path, text) =>
      withFile(path, openFlags.write | openFlags.append | openFlags.create | openFlags.nonblocking, 0o644, (file) => {
        const line = calls.encodeUtf8(text)
        return systemResult(calls.write(file, line)).andThen((written) =>
          written === line.length
            ? ok()
            : err(systemError(errorNumbers.EIO, `${written} of ${line.length} bytes written`)),
        )
      }),
    list: (path) => systemResult(calls.list(path)).map((names) => [...names].sort()),
    readLink: (path) => systemResult(calls.readlink(path)),
    stat: (path) => systemResult(calls.stat(path)),
    statDescriptor: (descriptor) => systemResult(calls.fstat(descriptor)),
    access: (path, use) => done(calls.access(path, accessModes[use])),
    tryOpen: (path) => withFile(path, openFlags.readWrite, 0, () => ok()),
    makeDirectory,
    create: (path, text, mode) => create(path, mode, (file) => writeText(file, text)),
    copy: (from, to, mode) =>
      withFile(from, openFlags.read, 0, (source) => create(to, mode, (target) => copyBytes(source, target))),
    rename: (from, to) => done(calls.rename(from, to)).map(() => flushDirectoryOf(to)),
    remove: (path) => {
      const removed = calls.unlink(path)
      return removed === -errorNumbers.ENOENT ? ok() : done(removed).map(() => flushDirectoryOf(path))
    },
    isTerminal: calls.isTerminal,
  }
}

/** Returns the directory that a path names something in; `undefined` for a name alone. */
function directoryOf(path: string): string | undefined {
  const trimmed = path.replace(/\/+$/, '')
  const end = trimmed.lastIndexOf('/')
  if (end === -1) return undefined
  return trimmed.slice(0, end) || '/'
}
