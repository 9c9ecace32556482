import type { KernelError, Netns, NewLink } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/** A kind of link that the kernel may have a driver for. */
export type Driver = 'bridge' | 'veth' | 'dummy' | 'ifb' | 'tap'

/** A name that no link can have: for a TAP interface there is no MTU to choose. */
const impossibleName = 'vpc/bridge'

/** An MTU that no link can have: with it the kernel creates nothing, but tells first if it does not know the kind. */
const impossible = -1

/** Whether the kernel can make links of a kind. Makes none; a module that is not loaded yet is loaded. */
export function hasDriver(host: Netns, kind: Driver): ResultAsync<boolean, KernelError> {
  return host
    .change({ do: 'add link', link: probeOf(kind) })
    .map(() => true)
    .orElse((error) => {
      if (error.errno === 'EINVAL') return okAsync(true)
      // The last two: there is no /dev/net/tun, or nothing behind it.
      return ['EOPNOTSUPP', 'ENOENT', 'ENODEV'].includes(error.errno) ? okAsync(false) : errAsync(error)
    })
}

function probeOf(kind: Driver): NewLink {
  const probe = { name: 'vpc-bridge-test', mtu: impossible }
  if (kind === 'tap') return { kind, name: impossibleName, owner: 0 }
  return kind === 'veth' ? { kind, ...probe, peer: { name: 'vpc-bridge-peer' } } : { kind, ...probe }
}
