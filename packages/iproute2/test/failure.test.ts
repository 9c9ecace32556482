import { describe, expect, it } from 'vitest'
import { failureOf } from '../src/failure.ts'

describe('failureOf', () => {
  it.each([
    // Recorded from iproute2 6.1 on Linux 6.18, util-linux 2.38 and coreutils 9.1.
    ['RTNETLINK answers: File exists\n', 'EEXIST', 'File exists'],
    ['RTNETLINK answers: No such process\n', 'ESRCH', 'No such process'],
    ['RTNETLINK answers: No such file or directory\n', 'ENOENT', 'No such file or directory'],
    ['RTNETLINK answers: Operation not permitted\n', 'EPERM', 'Operation not permitted'],
    ['RTNETLINK answers: Operation not supported\n', 'EOPNOTSUPP', 'Operation not supported'],
    ['RTNETLINK answers: Cannot assign requested address\n', 'EADDRNOTAVAIL', 'Cannot assign requested address'],
    ['RTNETLINK answers: Invalid argument\n', 'EINVAL', 'Invalid argument'],
    ['RTNETLINK answers: Network is unreachable\n', 'ENETUNREACH', 'Network is unreachable'],
    ['RTNETLINK answers: No route to host\n', 'EHOSTUNREACH', 'No route to host'],
    ['Cannot find device "nope"\n', 'ENODEV', 'Cannot find device "nope"'],
    ['Device "nope" does not exist.\n', 'ENODEV', 'Device "nope" does not exist.'],
    [
      'Error: argument "nope" is wrong: Device does not exist\n\n',
      'ENODEV',
      'argument "nope" is wrong: Device does not exist',
    ],
    ['Error: Unknown device type.\n', 'EOPNOTSUPP', 'Unknown device type.'],
    ['Error: ipv4: Address already assigned.\n', 'EEXIST', 'ipv4: Address already assigned.'],
    ['Error: ipv6: address already assigned.\n', 'EEXIST', 'ipv6: address already assigned.'],
    ['Error: ipv4: Address not found.\n', 'EADDRNOTAVAIL', 'ipv4: Address not found.'],
    ['Error: ipv6: address not found.\n', 'EADDRNOTAVAIL', 'ipv6: address not found.'],
    ['Error: Device for nexthop is not up.\n', 'ENETDOWN', 'Device for nexthop is not up.'],
    ['Error: Nexthop has invalid gateway.\n', 'ENETUNREACH', 'Nexthop has invalid gateway.'],
    ['Error: Can not enslave a bridge to a bridge.\n', 'ELOOP', 'Can not enslave a bridge to a bridge.'],
    ['Error: mtu greater than device maximum.\n', 'EINVAL', 'mtu greater than device maximum.'],
    ['Error: Attribute failed policy validation.\n', 'ERANGE', 'Attribute failed policy validation.'],
    ['"zz" is invalid lladdr.\n', 'EINVAL', '"zz" is invalid lladdr.'],
    [
      "nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted\n",
      'EPERM',
      "nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted",
    ],
    [
      'tee: /proc/sys/net/ipv4/conf/lo/forwarding: Permission denied\n',
      'EACCES',
      'tee: /proc/sys/net/ipv4/conf/lo/forwarding: Permission denied',
    ],
  ])('reads %j', (stderr, errno, message) => {
    expect(failureOf(stderr)).toEqual({ errno, message })
  })

  it('keeps all lines', () => {
    expect(failureOf('Warning: old\nRTNETLINK answers: File exists\n')).toEqual({
      errno: 'EEXIST',
      message: 'Warning: old; File exists',
    })
  })

  it('takes an alias that is too long for what it is, whatever it says', () => {
    expect(failureOf('Error: argument "Cannot find device File exists" is wrong: alias too long\n').errno).toBe(
      'ERANGE',
    )
  })
})
