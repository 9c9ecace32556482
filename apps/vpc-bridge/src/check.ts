import { type CheckRequest, kubernetesArgs } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { compareResult, driftsOf, openContainer, positionOf, reportedAddresses } from '@vpc-bridge/plugin'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import { stepsToAdd } from './add.ts'
import { allOf } from './endpoint.ts'
import type { Failure } from './failure.ts'
import type { Configured } from './to-attachment.ts'

/**
 * Compares an attachment with what its ADD made: what ADD would still do is a drift, and so is what the result tells and the
 * kernel does not have. What the plugins after this one in a chain have added is none, nor what they have changed, if
 * the result tells of it.
 */
export function check(request: CheckRequest, { attachment }: Configured, host: Netns): ResultAsync<void, Failure> {
  const { ifName, prevResult } = request
  return safeTry<void, Failure>(async function* () {
    const { netns = '' } = attachment
    const container = yield* openContainer(host, netns)
    const position = positionOf(prevResult.interfaces, ifName)
    const made = prevResult.interfaces[position]
    if (made === undefined) {
      return err<void, Failure>({ kind: 'drift', found: [`prevResult has no interface ${ifName} in a container`] })
    }
    const own = prevResult.ips.filter((ip) => ip.interface === position)
    const addresses = attachment.addresses.length > 0 ? attachment.addresses : own.map(({ address }) => address)
    const gateway = attachment.gateway ?? own.find(({ address }) => !isInet6(address))?.gateway
    const complete = { ...attachment, addresses, ...(gateway === undefined ? {} : { gateway }) }
    const steps = yield* stepsToAdd(host, complete, netns)
    const reported = reportedAddresses(addresses, kubernetesArgs(request.args).podName)
    const missing = reported.filter((address) => !own.some((ip) => ip.address === address))
    const { hostInterfaces: hostLinks, gateways } = steps
    const gatewayOf = (address: string) => (isInet6(address) ? gateways.inet6 : gateways.inet)
    const hidden = attachment.interfaceType.type === 'tap' ? { machineMac: steps.interface.mac } : {}
    const found = [
      ...missing.map((address) => `prevResult does not have the address ${address}`),
      ...(yield* compareResult(prevResult, position, { host, container, hostLinks, ...hidden, gatewayOf })),
      ...(yield* driftsOf(host, allOf(steps), { netns, mac: steps.interface.mac }, made)),
    ]
    return found.length > 0 ? err<void, Failure>({ kind: 'drift', found }) : ok()
  })
}
