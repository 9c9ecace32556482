import { type CheckRequest, kubernetesArgs } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import { stepsOf } from './add.ts'
import { ipsOf, positionOf } from './canonical.ts'
import { compareResult } from './compare-result.ts'
import type { Definition } from './definition.ts'
import { driftsOf } from './drift.ts'
import { readEndpoint } from './endpoint-record.ts'
import type { Failure } from './failure.ts'
import { openContainer } from './open-container.ts'
import type { RecordFormat } from './record.ts'
import { reportedAddresses } from './result.ts'
import { type Configured, toEndpoint } from './to-endpoint.ts'

/**
 * Compares an endpoint with what its ADD made: what an ADD would still do is a drift, and so is what the result tells and the kernel
 * does not have. What later plugins of the chain have added is none, nor what they have changed, if the result tells of it. Repairs
 * nothing.
 */
export function check<C, V>(
  plugin: Definition<C, V>,
  format: RecordFormat,
  host: Netns,
  configured: Configured<C>,
  request: CheckRequest,
): ResultAsync<void, Failure> {
  const { ifName, netns, prevResult } = request
  return safeTry<void, Failure>(async function* () {
    const container = yield* openContainer(host, netns)
    const position = positionOf(prevResult.interfaces, ifName)
    const made = prevResult.interfaces[position]
    if (made === undefined) {
      return err<void, Failure>({ kind: 'drift', found: [`prevResult has no interface ${ifName} in a container`] })
    }
    const told = ipsOf(prevResult, ifName)
    const asTold = toEndpoint(format, configured, request, { ips: told, routes: [] })
    const recorded = readEndpoint(format, (yield* host.link(asTold.hostLink.name))?.alias)?.addresses ?? []
    // A result may tell of fewer addresses than there are, and of those of later plugins.
    const own = recorded.map((address) => told.find((ip) => ip.address === address) ?? { address })
    const endpoint = recorded.length === 0 ? asTold : toEndpoint(format, configured, request, { ips: own, routes: [] })
    const missing = reportedAddresses(recorded, kubernetesArgs(request.args).podName).filter(
      (address) => !told.some((ip) => ip.address === address),
    )
    const steps = stepsOf(plugin, format, yield* plugin.observe(host, endpoint), endpoint)
    const found = [
      ...missing.map((address) => `prevResult does not have the address ${address}`),
      ...(yield* compareResult(prevResult, position, { host, container, hostLinks: [endpoint.hostLink] })),
      ...(yield* driftsOf(host, [...steps.shared, ...steps.own], endpoint, made)),
    ]
    return found.length > 0 ? err<void, Failure>({ kind: 'drift', found }) : ok()
  })
}
