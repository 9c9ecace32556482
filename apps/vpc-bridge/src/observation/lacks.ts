import type { CniError } from '@vpc-bridge/cni'
import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { hasLinkKind, type LinkKind } from '@vpc-bridge/plugin'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { VpcConfig } from '../config.ts'
import { type Failure, toCniError } from '../failure.ts'
import type { View } from './view.ts'

/** The number of ports that a bridge can have (BR_MAX_PORTS in net/bridge/br_private.h, of which the number 0 is none). */
export const mostPorts = 1023

/** Looks for what an ADD needs of the host besides a network: drivers, a translator, and a port of the bridge. */
export function lacksOf(
  host: Netns,
  config: VpcConfig,
  { network: { names }, networkPath }: View,
): ResultAsync<readonly CniError[], KernelError> {
  return safeTry<readonly CniError[], KernelError>(async function* () {
    const found: Failure[] = []
    for (const [kind, ...others] of linkKindsFor(config)) {
      if (!(yield* hasAny(host, [kind, ...others])))
        found.push({ kind: 'driver missing', driver: others.at(-1) ?? kind })
    }
    if (config.bridgeType === 'L2') yield* requireTranslator(host)
    const site = networkPath === undefined ? host : yield* host.open(networkPath)
    const { bridge } = names
    const ports = yield* site
      .links({ master: bridge })
      .orElse((error) => (error.errno === 'ENODEV' ? okAsync([]) : errAsync(error)))
    if (ports.length >= mostPorts) found.push({ kind: 'bridge full', bridge, ports: ports.length })
    return ok(found.map(toCniError))
  })
}

/** Returns the drivers of an endpoint's links: for each link those of which one will do. */
function linkKindsFor(config: VpcConfig): readonly (readonly [LinkKind, ...LinkKind[]])[] {
  return [
    ['bridge'],
    ['veth'],
    ...(config.bridgeType === 'L3' ? [['dummy', 'ifb'] as const] : []),
    ...(config.interface.type === 'tap' ? [['tap'] as const] : []),
  ]
}

/** Asks for the removal of what is missing, which needs everything that a translation needs. */
function requireTranslator(host: Netns): ResultAsync<void, KernelError> {
  return host
    .change({ do: 'delete MAC translation', dev: 'vpc-bridge-test' })
    .orElse((error) => (error.errno === 'ENOENT' ? okAsync() : errAsync(error)))
}

function hasAny(host: Netns, [kind, ...others]: readonly LinkKind[]): ResultAsync<boolean, KernelError> {
  if (kind === undefined) return okAsync(false)
  return hasLinkKind(host, kind).andThen((isThere) => (isThere ? okAsync(true) : hasAny(host, others)))
}
