import type { KernelError, Netns, NewLink } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/** A kind of link that the kernel may have a driver for. */
export type Driver = 'bridge' | 'veth' | 'dummy' | 'ifb'

/** An MTU that no link can have: with it the kernel creates nothing, but tells first if it does not know the kind. */
const impossible = -1

/** Whether the kernel can make links of a kind. Makes none; a module that is not loaded yet is loaded. */
export function hasDriver(host: Netns, kind: Driver): ResultAsync<boolean, KernelError> {
  const probe = { name: 'vpc-bridge-test', mtu: impossible }
  const link: NewLink = kind === 'veth' ? { kind, ...probe, peer: { name: 'vpc-bridge-peer' } } : { kind, ...probe }
  return host
    .change({ do: 'add link', link })
    .map(() => true)
    .orElse((error) => {
      if (error.errno === 'EINVAL') return okAsync(true)
      return error.errno === 'EOPNOTSUPP' ? okAsync(false) : errAsync(error)
    })
}
