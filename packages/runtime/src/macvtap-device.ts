import { err, ok } from 'neverthrow'
import { openFlags, type Syscalls } from './syscalls.ts'
import { type SystemResult, systemError } from './system-error.ts'

/** linux/sockios.h */
const SIOCGIFHWADDR = 0x8927
/** struct ifreq: a name, and struct sockaddr with the address behind its family. */
const request = { length: 40, address: 18 } as const

/** A macvtap, as far as its device is known by it. */
export interface MacvtapDevice {
  readonly index: number
  /** Six lower-case hexadecimal pairs with colons. */
  readonly mac: string
}

/** Who may open a device, by numbers. */
export interface DeviceOwner {
  readonly owner: number
  /** Absent: the group stays. */
  readonly group?: number
}

/**
 * Gives the device file of a macvtap, `/dev/tapINDEX`, to its owner. Device files are of all network namespaces, and indexes of one:
 * it is known for the macvtap's by its MAC address.
 *
 * @returns errors: ENOENT where nobody makes device files; EEXIST when it is another macvtap's
 * @see drivers/net/tap.c of Linux
 */
export function ownMacvtap(
  syscalls: Syscalls,
  { index, mac }: MacvtapDevice,
  { owner, group = -1 }: DeviceOwner,
): SystemResult<void> {
  const path = `/dev/tap${index}`
  const descriptor = syscalls.open(path, openFlags.readWrite | openFlags.nonblocking | openFlags.closeOnExec)
  if (descriptor < 0) return err(at(path, -descriptor))
  const ifreq = new Uint8Array(request.length)
  const asked = syscalls.ioctl(descriptor, SIOCGIFHWADDR, ifreq)
  const found = [...ifreq.subarray(request.address, request.address + 6)].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  const isIts = asked >= 0 && found.join(':') === mac
  const owned = isIts ? syscalls.fchown(descriptor, owner, group) : 0
  syscalls.close(descriptor)
  if (asked < 0) return err(at(path, -asked))
  if (!isIts) return err({ errno: 'EEXIST', message: `${path} is the device of another macvtap: ${found.join(':')}` })
  return owned < 0 ? err(at(path, -owned)) : ok()
}

function at(path: string, number: number) {
  const error = systemError(number)
  return { ...error, message: `${path}: ${error.message}` }
}
