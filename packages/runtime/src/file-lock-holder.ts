import { readFully } from './read-write.ts'
import { openFlags, type Syscalls } from './syscalls.ts'
import { decodeUtf8 } from './utf8.ts'

/**
 * Who keeps a lock of flock(2) from being taken: a process of root; only processes of other users, or ones that have ended and left
 * it to those that they had started; or who cannot be found out about, such as a process of another PID namespace.
 */
export type FileLockHolder = 'root' | 'user' | 'unknown'

/** More than a list of many thousand locks has. */
const longestFile = 16 * 1024 * 1024

/**
 * Finds out who keeps a lock of flock(2) from being taken.
 *
 * @param inode number of the file, in decimal digits
 * @param mode in which it is to be taken
 * @returns `root` when any holder is a process of root; a program that another user has started is none, even if it is setuid
 * @see proc_locks(5), proc_pid_status(5)
 */
export function fileLockHolder(
  syscalls: Pick<Syscalls, 'open' | 'read' | 'close'>,
  inode: string,
  mode: 'shared' | 'exclusive',
): FileLockHolder {
  const holders = readText(syscalls, '/proc/locks')
    .split('\n')
    .flatMap((line): readonly FileLockHolder[] => {
      // `1: FLOCK  ADVISORY  WRITE 1234 00:04:4026531840 0 EOF`; those who wait have `->` in the second place.
      const [, kind, , access, pid, file] = line.split(/\s+/)
      const isOfFile = kind === 'FLOCK' && file?.endsWith(`:${inode}`)
      if (!isOfFile || (mode === 'shared' && access === 'READ')) return []
      return [userOf(readText(syscalls, `/proc/${pid}/status`))]
    })
  if (holders.includes('root')) return 'root'
  return holders.length > 0 && holders.every((holder) => holder === 'user') ? 'user' : 'unknown'
}

/** Who runs a process, by its real and its effective user. Who has ended holds nothing: whoever has it now need not be root. */
function userOf(status: string): FileLockHolder {
  const ids = /^Uid:\t(\d+)\t(\d+)/m.exec(status)
  return ids?.[1] === '0' && ids[2] === '0' ? 'root' : 'user'
}

/** Empty for what cannot be read. */
function readText({ open, read, close }: Pick<Syscalls, 'open' | 'read' | 'close'>, path: string): string {
  const descriptor = open(path, openFlags.read | openFlags.closeOnExec)
  if (descriptor < 0) return ''
  const bytes = readFully({ read, waitFor: () => {} }, descriptor, longestFile)
  close(descriptor)
  return bytes.map(decodeUtf8).unwrapOr('')
}
