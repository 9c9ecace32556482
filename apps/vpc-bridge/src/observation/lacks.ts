import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { LinkKind } from '@vpc-bridge/plugin'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { VpcConfig } from '../config/vpc-config.ts'
import type { OwnFailure } from '../failure.ts'
import type { View } from './view.ts'

/** The number of ports that a bridge can have (BR_MAX_PORTS in net/bridge/br_private.h, of which the number 0 is none). */
export const mostPorts = 1023

/** Returns the kinds of an endpoint's links: for each link those of which one will do. */
export function linkKindsFor(config: VpcConfig): readonly (readonly LinkKind[])[] {
  return [
    ['bridge'],
    ['veth'],
    ...(config.bridgeType === 'L3' ? [['dummy', 'ifb'] as const] : []),
    ...(config.interface.type === 'tap' ? [['tap'] as const] : []),
  ]
}

/** Looks for what an ADD needs of the host besides a network and drivers: a translator, and a port of the bridge. */
export function lacksOf(
  host: Netns,
  { bridgeType }: VpcConfig,
  { network: { names }, networkPath }: View,
): ResultAsync<readonly OwnFailure[], KernelError> {
  return safeTry<readonly OwnFailure[], KernelError>(async function* () {
    if (bridgeType === 'L2') yield* requireTranslator(host)
    const site = networkPath === undefined ? host : yield* host.open(networkPath)
    const { bridge } = names
    const ports = yield* site
      .links({ master: bridge })
      .orElse((error) => (error.errno === 'ENODEV' ? okAsync([]) : errAsync(error)))
    const full = { kind: 'bridge full', bridge, ports: ports.length } as const
    return ok(ports.length < mostPorts ? [] : [full])
  })
}

/** Asks for the removal of what is missing, which needs everything that a translation needs. */
function requireTranslator(host: Netns): ResultAsync<void, KernelError> {
  return host
    .change({ do: 'delete MAC translation', dev: 'vpc-bridge-test' })
    .orElse((error) => (error.errno === 'ENOENT' ? okAsync() : errAsync(error)))
}
