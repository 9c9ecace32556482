import { err, ok, type Result } from 'neverthrow'

/** The error of a system call. */
export interface SystemError {
  /** The symbolic name, such as `ENOENT`. */
  readonly errno: string
  /** One line, such as `no such file or directory`. */
  readonly message: string
}

export type SystemResult<T> = Result<T, SystemError>

/**
 * Returns an error by its number.
 *
 * @param words in place of the usual ones
 * @see errno(3)
 */
export function systemError(number: number, words?: string): SystemError {
  const [errno, usualWords] = known[number] ?? [`E${number}`, `error ${number}`]
  return { errno, message: words ?? usualWords }
}

/** Turns what a system call returned, which may be a negative error number, into a result. */
export function systemResult<T>(returned: T | number): SystemResult<T>
export function systemResult(returned: number): SystemResult<number>
export function systemResult<T>(returned: T | number): SystemResult<T | number> {
  return typeof returned === 'number' && returned < 0 ? err(systemError(-returned)) : ok(returned)
}

/** Those that Linux answers here (asm-generic/errno-base.h, errno.h). */
const known: Readonly<Record<number, readonly [name: string, words: string]>> = {
  1: ['EPERM', 'operation not permitted'],
  2: ['ENOENT', 'no such file or directory'],
  3: ['ESRCH', 'no such process'],
  4: ['EINTR', 'interrupted system call'],
  5: ['EIO', 'input/output error'],
  6: ['ENXIO', 'no such device or address'],
  7: ['E2BIG', 'argument list too long'],
  8: ['ENOEXEC', 'exec format error'],
  9: ['EBADF', 'bad file descriptor'],
  11: ['EAGAIN', 'resource temporarily unavailable'],
  12: ['ENOMEM', 'cannot allocate memory'],
  13: ['EACCES', 'permission denied'],
  14: ['EFAULT', 'bad address'],
  16: ['EBUSY', 'device or resource busy'],
  17: ['EEXIST', 'file exists'],
  18: ['EXDEV', 'invalid cross-device link'],
  19: ['ENODEV', 'no such device'],
  20: ['ENOTDIR', 'not a directory'],
  21: ['EISDIR', 'is a directory'],
  22: ['EINVAL', 'invalid argument'],
  23: ['ENFILE', 'too many open files in system'],
  24: ['EMFILE', 'too many open files'],
  27: ['EFBIG', 'file too large'],
  28: ['ENOSPC', 'no space left on device'],
  30: ['EROFS', 'read-only file system'],
  31: ['EMLINK', 'too many links'],
  32: ['EPIPE', 'broken pipe'],
  33: ['EDOM', 'numerical argument out of domain'],
  34: ['ERANGE', 'numerical result out of range'],
  36: ['ENAMETOOLONG', 'file name too long'],
  38: ['ENOSYS', 'function not implemented'],
  40: ['ELOOP', 'too many levels of symbolic links'],
  54: ['EXFULL', 'exchange full'],
  61: ['ENODATA', 'no data available'],
  71: ['EPROTO', 'protocol error'],
  74: ['EBADMSG', 'bad message'],
  75: ['EOVERFLOW', 'value too large for defined data type'],
  76: ['ENOTUNIQ', 'name not unique on network'],
  87: ['EUSERS', 'too many users'],
  88: ['ENOTSOCK', 'socket operation on non-socket'],
  90: ['EMSGSIZE', 'message too long'],
  92: ['ENOPROTOOPT', 'protocol not available'],
  93: ['EPROTONOSUPPORT', 'protocol not supported'],
  95: ['EOPNOTSUPP', 'operation not supported'],
  96: ['EPFNOSUPPORT', 'protocol family not supported'],
  97: ['EAFNOSUPPORT', 'address family not supported by protocol'],
  98: ['EADDRINUSE', 'address already in use'],
  99: ['EADDRNOTAVAIL', 'cannot assign requested address'],
  100: ['ENETDOWN', 'network is down'],
  101: ['ENETUNREACH', 'network is unreachable'],
  105: ['ENOBUFS', 'no buffer space available'],
  106: ['EISCONN', 'transport endpoint is already connected'],
  107: ['ENOTCONN', 'transport endpoint is not connected'],
  110: ['ETIMEDOUT', 'connection timed out'],
  111: ['ECONNREFUSED', 'connection refused'],
  113: ['EHOSTUNREACH', 'no route to host'],
  114: ['EALREADY', 'operation already in progress'],
  115: ['EINPROGRESS', 'operation now in progress'],
  116: ['ESTALE', 'stale file handle'],
  122: ['EDQUOT', 'disk quota exceeded'],
  125: ['ECANCELED', 'operation canceled'],
}
