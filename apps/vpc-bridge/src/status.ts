import { type CniError, errorCodes, ipamStatus, type StatusRequest } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { findEni } from '@vpc-bridge/link'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type Driver, hasDriver } from './drivers.ts'
import { describeFailure, type Failure } from './failure.ts'
import { networkNames } from './names.ts'
import type { Configured } from './to-attachment.ts'

/** How many ports a bridge can have (BR_MAX_PORTS in net/bridge/br_private.h, of which the number 0 is none). */
export const mostPorts = 1023

/** Whether an ADD could succeed: the ENI is there, the kernel has the drivers, and the bridge has room for an endpoint. */
export function status(request: StatusRequest, config: Configured, host: Netns): ResultAsync<void, CniError> {
  const { attachment, ipam } = config
  return safeTry<void, Failure>(async function* () {
    const eni = yield* findEni(host, attachment.eni)
    if (eni === undefined) return err<void, Failure>({ kind: 'ENI missing', eni: attachment.eni })
    for (const kinds of [['bridge'], ['veth'], ['dummy', 'ifb']] as const) yield* requireDriver(host, kinds)
    const { bridge } = networkNames(attachment.network, eni)
    const ports = yield* host
      .links({ master: bridge })
      .orElse((error) => (error.errno === 'ENODEV' ? okAsync([]) : err(error)))
    if (ports.length >= mostPorts) return err<void, Failure>({ kind: 'bridge full', bridge, ports: ports.length })
    return ok()
  })
    .mapErr((failure) => ({ code: errorCodes.notAvailable, msg: describeFailure(failure) }))
    .andThen(() => (ipam === undefined ? okAsync() : ipamStatus({ ...request, type: ipam.type })))
}

/** One of several drivers must be there. */
function requireDriver(host: Netns, [kind, ...others]: readonly Driver[]): ResultAsync<void, Failure> {
  if (kind === undefined) return okAsync()
  return hasDriver(host, kind)
    .mapErr((error): Failure => error)
    .andThen((isThere) => {
      if (isThere) return okAsync()
      return others.length > 0
        ? requireDriver(host, others)
        : err<void, Failure>({ kind: 'driver missing', driver: kind })
    })
}
