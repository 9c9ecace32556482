import type { NewTap } from '@vpc-bridge/kernel'
import { encodeUtf8, openFlags, type Syscalls, type SystemError, systemError } from '@vpc-bridge/runtime'
import { err, ok, type Result } from 'neverthrow'
import { putU16 } from './attributes.ts'

const device = '/dev/net/tun'
/** linux/if_tun.h: the same on all processors. */
const requests = {
  setInterface: 0x400454ca,
  setPersistent: 0x400454cb,
  setOwner: 0x400454cc,
  setGroup: 0x400454ce,
} as const
/** IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, and IFF_TUN_EXCL: not one that is there. */
const tapFlags = 0x0002 | 0x1000 | 0x4000 | 0x8000
const EBUSY = 16

/** struct ifreq */
const request = { length: 40, name: 16 } as const

/**
 * Creates a TAP interface in the namespace that the thread is in. Netlink has no message for it.
 *
 * @see https://docs.kernel.org/networking/tuntap.html
 */
export function createTap(syscalls: Syscalls, { name, owner, group }: NewTap): Result<void, SystemError> {
  const bytes = encodeUtf8(name)
  if (bytes.length === 0 || bytes.length >= request.name || name.includes('\0')) {
    return err({ errno: 'EINVAL', message: `${JSON.stringify(name)} cannot be the name of a link` })
  }
  const descriptor = syscalls.open(device, openFlags.readWrite | openFlags.closeOnExec)
  if (descriptor < 0)
    return err({ ...systemError(-descriptor), message: `${device}: ${systemError(-descriptor).message}` })
  const ifreq = new Uint8Array(request.length)
  ifreq.set(bytes)
  putU16(ifreq, request.name, tapFlags)
  const calls = [
    () => syscalls.ioctl(descriptor, requests.setInterface, ifreq),
    () => syscalls.ioctl(descriptor, requests.setOwner, owner),
    () => (group === undefined ? 0 : syscalls.ioctl(descriptor, requests.setGroup, group)),
    // From here on it stays when the device is closed.
    () => syscalls.ioctl(descriptor, requests.setPersistent, 1),
  ]
  let failure = 0
  for (const call of calls) if (failure >= 0) failure = call()
  syscalls.close(descriptor)
  if (failure >= 0) return ok()
  return err(failure === -EBUSY ? { errno: 'EEXIST', message: 'File exists' } : systemError(-failure))
}
