import type { KernelError, Netns, NewLink } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/** A kind of link that the kernel may have a driver for. */
export type LinkKind = 'bridge' | 'veth' | 'dummy' | 'ifb' | 'tap'

/** A name that no link can have: for a TAP interface there is no MTU to choose. */
const impossibleName = 'vpc/bridge'

/** An MTU that no link can have: with it the kernel creates nothing, but tells first if it does not know the kind. */
const impossibleMtu = -1

/** Asks whether the kernel can make links of a kind. Makes none; a module that is not loaded yet is loaded. */
export function hasLinkKind(host: Netns, kind: LinkKind): ResultAsync<boolean, KernelError> {
  return host
    .change({ do: 'add link', link: probeOf(kind) })
    .map(() => true)
    .orElse((error) => {
      if (error.errno === 'EINVAL') return okAsync(true)
      // The last two: /dev/net/tun is missing, or nothing is behind it.
      return ['EOPNOTSUPP', 'ENOENT', 'ENODEV'].includes(error.errno) ? okAsync(false) : errAsync(error)
    })
}

function probeOf(kind: LinkKind): NewLink {
  const probe = { name: 'driver-test', mtu: impossibleMtu }
  if (kind === 'tap') return { kind, name: impossibleName, owner: 0 }
  return kind === 'veth' ? { kind, ...probe, peer: { name: 'driver-peer' } } : { kind, ...probe }
}
