/** Why a program did not do what was asked of it. */
export interface Failure {
  /** Symbolic error number, as errno(3) names it. */
  readonly errno: string
  /** The program's own words. */
  readonly message: string
}

/** The failure that a program tells of on its standard error, in the C locale. */
export function failureOf(stderr: string): Failure {
  const message = stderr
    .split('\n')
    .map((line) => line.trim().replace(/^(RTNETLINK answers|Error): /, ''))
    .filter((line) => line !== '')
    .join('; ')
  // What `ip` or the kernel refuses in words that are not listed below is, in nearly every case, an argument.
  const errno = meanings.find(([pattern]) => pattern.test(message))?.[1] ?? 'EINVAL'
  return { errno, message }
}

/**
 * `ip` prints either the text of the error number (strerror(3)) or, when the kernel sent one, its own explanation
 * (extended acknowledgement, without the error number), or words of its own. The first match counts.
 */
const meanings: readonly (readonly [RegExp, string])[] = [
  // ip
  [/alias too long/, 'ERANGE'],
  [/Cannot find device|Device .*does not exist/, 'ENODEV'],
  // The kernel's explanations, from net/core/rtnetlink.c, lib/nlattr.c, net/ipv4, net/ipv6 and net/bridge
  [/Attribute failed policy validation/, 'ERANGE'],
  [/Unknown device type|Device does not allow enslaving to a bridge/, 'EOPNOTSUPP'],
  [/Can not enslave a bridge to a bridge/, 'ELOOP'],
  [/[Aa]ddress already assigned/, 'EEXIST'],
  [/[Aa]ddress not found|ipv6: (Invalid|Cannot assign \w+) address/, 'EADDRNOTAVAIL'],
  [/(interface|altname) with the same name exists|exists in the target netns/, 'EEXIST'],
  [/VLAN device already exists/, 'EEXIST'],
  [/VLANs not supported on device/, 'EOPNOTSUPP'],
  [/Device not found/, 'ENODEV'],
  [/Device for nexthop is not up|Nexthop device is not up/, 'ENETDOWN'],
  [/Nexthop has invalid gateway/, 'ENETUNREACH'],
  [/FIB table does not exist/, 'ESRCH'],
  [/IPv6 is disabled on/, 'EACCES'],
  // strerror(3)
  [/Operation not permitted/, 'EPERM'],
  [/No such file or directory/, 'ENOENT'],
  [/No such process/, 'ESRCH'],
  [/Exchange full/, 'EXFULL'],
  [/No such device or address/, 'ENXIO'],
  [/No such device/, 'ENODEV'],
  [/Permission denied/, 'EACCES'],
  [/Device or resource busy/, 'EBUSY'],
  [/File exists/, 'EEXIST'],
  [/Is a directory/, 'EISDIR'],
  [/Not a directory/, 'ENOTDIR'],
  [/Invalid argument/, 'EINVAL'],
  [/Numerical result out of range/, 'ERANGE'],
  [/Cannot allocate memory/, 'ENOMEM'],
  [/No space left on device/, 'ENOSPC'],
  [/No buffer space available/, 'ENOBUFS'],
  [/Read-only file system/, 'EROFS'],
  [/Input\/output error/, 'EIO'],
  [/Too many open files in system/, 'ENFILE'],
  [/Too many open files/, 'EMFILE'],
  [/Too many levels of symbolic links/, 'ELOOP'],
  [/Operation not supported/, 'EOPNOTSUPP'],
  [/Address family not supported by protocol/, 'EAFNOSUPPORT'],
  [/Address already in use/, 'EADDRINUSE'],
  [/Cannot assign requested address/, 'EADDRNOTAVAIL'],
  [/Network is down/, 'ENETDOWN'],
  [/Network is unreachable/, 'ENETUNREACH'],
  [/No route to host/, 'EHOSTUNREACH'],
  [/Transport endpoint is not connected/, 'ENOTCONN'],
]
