import { type CheckRequest, type CniError, ipamCheck } from '@vpc-bridge/cni'
import { type Netns, type Operation, objectOf } from '@vpc-bridge/kernel'
import { rehearse } from '@vpc-bridge/step'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { stepsToAdd } from './add.ts'
import { allOf } from './endpoint.ts'
import type { Failure } from './failure.ts'
import { openContainer } from './open-container.ts'
import { rehearsalOf } from './rehearsal.ts'
import type { Configured } from './to-attachment.ts'

/**
 * Compares an attachment with what its ADD made: what ADD would still do is a drift. What others have added (the plugins
 * after this one in a chain) is none.
 */
export function check(
  request: CheckRequest,
  { attachment, ipam }: Configured,
  host: Netns,
): ResultAsync<void, Failure | CniError> {
  const { ifName, prevResult } = request
  return safeTry<void, Failure | CniError>(async function* () {
    const { container, netns } = yield* openContainer(host, attachment)
    const position = prevResult.interfaces.findIndex(({ name, sandbox }) => name === ifName && sandbox !== undefined)
    const made = prevResult.interfaces[position]
    if (made === undefined) {
      return err<void, Failure>({ kind: 'drift', found: [`prevResult has no interface ${ifName} in a container`] })
    }
    const own = prevResult.ips.filter((ip) => ip.interface === position)
    const addresses = attachment.addresses.length > 0 ? attachment.addresses : own.map(({ address }) => address)
    const gateway = attachment.gateway ?? own.find(({ address }) => !address.includes(':'))?.gateway
    const complete = { ...attachment, addresses, ...(gateway === undefined ? {} : { gateway }) }
    const steps = yield* stepsToAdd(host, complete, netns)
    const missing = addresses.filter((address) => !own.some((ip) => ip.address === address))
    // Behind a TAP interface is a machine, whose MAC address nobody here knows but by what it was told.
    const mac =
      attachment.interfaceType.type === 'tap' ? steps.interface.mac : ((yield* container.link(ifName))?.mac ?? 'none')
    const rehearsed = yield* rehearse(allOf(steps), yield* rehearsalOf(host))
    const found = [
      ...(made.mac !== undefined && mac !== made.mac
        ? [`${ifName} in ${netns} has the MAC address ${mac}, not ${made.mac} as in prevResult`]
        : []),
      ...missing.map((address) => `prevResult does not have the address ${address}`),
      ...rehearsed.flatMap(({ step, operations }) =>
        operations.map(({ operation }) => `${step}: ${wordsOf(operation)} is needed`),
      ),
    ]
    if (found.length > 0) return err<void, Failure>({ kind: 'drift', found })
    return ok()
  }).andThen(() => (ipam === undefined ? okAsync() : ipamCheck({ ...request, type: ipam.type })))
}

/** An operation in words: `set link vpcbr20 mtu=9001`. */
function wordsOf(operation: Operation): string {
  if (operation.do === 'set link') {
    const settings = Object.entries(operation.set).map(([name, value]) => `${name}=${value}`)
    return `set link ${operation.name} ${settings.join(' ')}`
  }
  if (operation.do === 'write sysctl') return `${operation.path}=${operation.value}`
  return `${operation.do} (${objectOf(operation)})`
}
