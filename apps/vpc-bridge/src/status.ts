import { type CniError, errorCodes } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { hasLinkKind, type LinkKind } from '@vpc-bridge/plugin'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { Attachment } from './attachment.ts'
import { describeFailure, type Failure } from './failure.ts'
import type { Configured } from './to-attachment.ts'
import { usableNetwork } from './usable-network.ts'

/** How many ports a bridge can have (BR_MAX_PORTS in net/bridge/br_private.h, of which the number 0 is none). */
export const mostPorts = 1023

/** Whether an ADD could succeed: the network can be used, the kernel has the drivers, and the bridge has room for an endpoint. */
export function status({ attachment }: Configured, host: Netns): ResultAsync<void, CniError> {
  return safeTry<void, Failure>(async function* () {
    const { site, network } = yield* usableNetwork(host, attachment)
    for (const kinds of linkKindsFor(attachment)) yield* requireLinkKind(host, kinds)
    if (attachment.bridgeType === 'L2') yield* requireTranslator(host)
    const { bridge } = network.names
    const ports = yield* site.netns
      .links({ master: bridge })
      .orElse((error) => (error.errno === 'ENODEV' ? okAsync([]) : err(error)))
    if (ports.length >= mostPorts) return err<void, Failure>({ kind: 'bridge full', bridge, ports: ports.length })
    return ok()
  }).mapErr((failure) => ({ code: errorCodes.notAvailable, msg: describeFailure(failure) }))
}

/** The drivers of an endpoint's links: for each link those of which one will do. */
function linkKindsFor({ bridgeType, interfaceType }: Attachment): readonly (readonly LinkKind[])[] {
  return [
    ['bridge'],
    ['veth'],
    ...(bridgeType === 'L3' ? [['dummy', 'ifb'] as const] : []),
    ...(interfaceType.type === 'tap' ? [['tap'] as const] : []),
  ]
}

/** Asks for the removal of what is not there, which needs everything that a translation needs. */
function requireTranslator(host: Netns): ResultAsync<void, Failure> {
  return host
    .change({ do: 'delete MAC translation', dev: 'vpc-bridge-test' })
    .orElse((error) => (error.errno === 'ENOENT' ? okAsync() : err<void, Failure>(error)))
}

/** One of several drivers must be there. */
function requireLinkKind(host: Netns, [kind, ...others]: readonly LinkKind[]): ResultAsync<void, Failure> {
  if (kind === undefined) return okAsync()
  return hasLinkKind(host, kind)
    .mapErr((error): Failure => error)
    .andThen((isThere) => {
      if (isThere) return okAsync()
      return others.length > 0
        ? requireLinkKind(host, others)
        : err<void, Failure>({ kind: 'driver missing', driver: kind })
    })
}
