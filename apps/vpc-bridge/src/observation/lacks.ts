import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { LinkKind } from '@vpc-bridge/plugin'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import type { VpcConfig } from '../config/vpc-config.ts'

/** Returns the kinds of an endpoint's links: for each link those of which one will do. */
export function linkKindsFor(config: VpcConfig): readonly (readonly LinkKind[])[] {
  return [
    ['bridge'],
    ['veth'],
    ...(config.bridgeType === 'L3' ? [['dummy', 'ifb'] as const] : []),
    ...(config.interface.type === 'tap' ? [['tap'] as const] : []),
  ]
}

/** Looks for what an ADD needs of the host besides a network and drivers: a translator. */
export function lacksOf(host: Netns, { bridgeType }: VpcConfig): ResultAsync<readonly never[], KernelError> {
  if (bridgeType === 'L3') return okAsync([])
  // The removal of what is missing needs everything that a translation needs.
  return host
    .change({ do: 'delete MAC translation', dev: 'vpc-bridge-test' })
    .map(() => [])
    .orElse((error) => (error.errno === 'ENOENT' ? okAsync([]) : errAsync(error)))
}
