/**
 * What `ip`, `nsenter`, `cat` and `tee` write on the standard error when the kernel refuses something: either the C
 * library's text for the error number, or words of the kernel's own (an extended acknowledgement), which `ip` prints in
 * place of the number. The first line that matches decides.
 */
const texts: readonly (readonly [text: RegExp, errno: string])[] = [
  // The kernel's own words. `ip` hides the number behind them.
  [/Unknown device type/, 'EOPNOTSUPP'],
  [/Address already assigned/, 'EEXIST'],
  [/Address not found/, 'EADDRNOTAVAIL'],
  [/Can not enslave a bridge to a bridge/, 'ELOOP'],
  [/mtu (greater|less) than device (maximum|minimum)/, 'EINVAL'],
  [/Nexthop has invalid gateway|Gateway can not be a local address|Invalid prefix for given prefix length/, 'EINVAL'],
  [/Device for nexthop is not up|Nexthop device is not up/, 'ENETDOWN'],
  [/Attribute failed policy validation/, 'ERANGE'],
  [/IPv6 is disabled on (nexthop )?device/, 'EACCES'],
  // The words of the tools.
  [/Cannot find device|Device ".*" does not exist/, 'ENODEV'],
  [/argument ".*" is wrong|Error: either "local" is duplicate|any valid prefix is expected/, 'EINVAL'],
  // The C library's texts.
  [/File exists/, 'EEXIST'],
  [/No such device/, 'ENODEV'],
  [/No such file or directory/, 'ENOENT'],
  [/No such process/, 'ESRCH'],
  [/Operation not permitted/, 'EPERM'],
  [/Permission denied/, 'EACCES'],
  [/Read-only file system/, 'EROFS'],
  [/Invalid argument/, 'EINVAL'],
  [/Operation not supported/, 'EOPNOTSUPP'],
  [/Cannot assign requested address/, 'EADDRNOTAVAIL'],
  [/Network is unreachable/, 'ENETUNREACH'],
  [/Network is down/, 'ENETDOWN'],
  [/No route to host/, 'EHOSTUNREACH'],
  [/Device or resource busy/, 'EBUSY'],
  [/Too many levels of symbolic links/, 'ELOOP'],
  [/Exchange full/, 'EXFULL'],
  [/Numerical result out of range/, 'ERANGE'],
  [/No buffer space available/, 'ENOBUFS'],
  [/Cannot allocate memory/, 'ENOMEM'],
  [/Transport endpoint is not connected/, 'ENOTCONN'],
  [/Resource temporarily unavailable/, 'EAGAIN'],
]

/**
 * The symbolic error number behind a tool's message.
 *
 * @param stderr what it wrote, in the C locale
 * @returns `EIO` for words that are not known
 */
export function errnoOf(stderr: string): string {
  return texts.find(([text]) => text.test(stderr))?.[1] ?? 'EIO'
}
