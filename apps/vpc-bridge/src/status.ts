import { type CniError, errorCodes, ipamStatus, type StatusRequest } from '@vpc-bridge/cni'
import type { Netns, NewLink } from '@vpc-bridge/kernel'
import { findEni } from '@vpc-bridge/link'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { describeFailure, type Failure } from './failure.ts'
import { networkNames } from './names.ts'
import type { Configured } from './to-attachment.ts'

/** How many ports a bridge can have (BR_MAX_PORTS in net/bridge/br_private.h, of which the number 0 is none). */
const mostPorts = 1023

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

/** An MTU that no link can have: with it the kernel creates nothing, but tells first if it does not know the kind. */
const impossible = -1

/** One of several drivers must be there. */
function requireDriver(
  host: Netns,
  kinds: readonly ('bridge' | 'veth' | 'dummy' | 'ifb')[],
): ResultAsync<void, Failure> {
  const [kind, ...others] = kinds
  if (kind === undefined) return okAsync()
  const probe = { name: 'vpc-bridge-test', mtu: impossible }
  const link: NewLink = kind === 'veth' ? { kind, ...probe, peer: { name: 'vpc-bridge-peer' } } : { kind, ...probe }
  return host.change({ do: 'add link', link }).orElse((error) => {
    if (error.errno === 'EINVAL') return okAsync()
    if (error.errno === 'EOPNOTSUPP' && others.length > 0) return requireDriver(host, others)
    if (error.errno === 'EOPNOTSUPP') return err<void, Failure>({ kind: 'driver missing', driver: kind })
    return err<void, Failure>(error)
  })
}
