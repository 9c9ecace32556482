import { closeSync, constants, fstatSync, openSync, readlinkSync, statfsSync, statSync } from 'node:fs'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { attempt } from './attempt.ts'
import type { Failure } from './failure.ts'
import { run } from './run.ts'

/** An open file that stands for a network namespace, and keeps it alive. */
export interface NamespaceFile {
  /** Device and inode number, which identify the namespace while it lives. */
  readonly id: string
  /** Path by which child processes find the namespace, wherever they are and whatever became of its own path. */
  readonly childPath: string
  /** True for the namespace that this process is in. */
  readonly own: boolean
  /** The beginning of a command that is to run in it; empty for this process's own. */
  readonly enter: readonly string[]
  /** Closes the file, without which the namespace may vanish. */
  readonly close: () => void
}

/** File system type of namespaces, from linux/magic.h. */
const NSFS_MAGIC = 0x6e736673

/**
 * Opens the file at a path. ENOENT when there is nothing, EINVAL when it does not stand for a namespace; of which kind the
 * namespace is, {@link checkNetns} tells.
 */
export function openNamespaceFile(path: string): ResultAsync<NamespaceFile, Failure> {
  // Before opening it: to open a device could have effects.
  return attempt(() => statfsSync(path).type)
    .andThen((type) => (type === NSFS_MAGIC ? attempt(() => open(path)) : notANetns(path)))
    .mapErr((failure) => (leadsNowhere.includes(failure.errno) ? { ...failure, errno: 'ENOENT' } : failure))
}

/** Of a path that cannot lead anywhere, whatever there is. */
const leadsNowhere = ['ENOTDIR', 'ELOOP', 'ENAMETOOLONG']

function open(path: string): NamespaceFile {
  // Not process.pid: /proc may be that of another PID namespace.
  const process = readlinkSync('/proc/self')
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const childPath = `/proc/${process}/fd/${fd}`
  const id = identity(fstatSync(fd, { bigint: true }))
  const own = id === identity(statSync('/proc/self/ns/net', { bigint: true }))
  const enter = own ? [] : ['nsenter', `--net=${childPath}`, '--']
  return { id, childPath, own, enter, close: () => closeSync(fd) }
}

function identity({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`
}

/**
 * Makes sure that child processes can enter the namespace.
 *
 * @param path that it was opened by
 * @returns EINVAL when it is a namespace of another kind, of processes say; EPERM without the privilege
 */
export function checkNetns(path: string, { own, enter }: NamespaceFile): ResultAsync<void, Failure> {
  if (own) return okAsync()
  return run([...enter, 'true'])
    .map(() => undefined)
    .orElse((failure) => (failure.errno === 'EINVAL' ? notANetns(path) : errAsync(failure)))
}

function notANetns(path: string): ResultAsync<never, Failure> {
  return errAsync({ errno: 'EINVAL', message: `${path} is not a network namespace` })
}
