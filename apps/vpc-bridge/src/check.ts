import { type CheckRequest, type CniError, ipamCheck, kubernetesArgs } from '@vpc-bridge/cni'
import { type KernelError, type Netns, type Operation, objectOf } from '@vpc-bridge/kernel'
import { rehearse } from '@vpc-bridge/step'
import { err, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { stepsToAdd } from './add.ts'
import { compareResult, type MadeInterface } from './compare-result.ts'
import { allOf, type EndpointSteps } from './endpoint.ts'
import { describeFailure, type Failure } from './failure.ts'
import { openContainer } from './open-container.ts'
import { rehearsalOf } from './rehearsal.ts'
import type { Configured } from './to-attachment.ts'
import { reportedAddresses } from './to-result.ts'

/**
 * Compares an attachment with what its ADD made: what ADD would still do is a drift, and so is what the result tells and the
 * kernel does not have. What the plugins after this one in a chain have added is none, nor what they have changed, if
 * the result tells of it.
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
    const reported = reportedAddresses(addresses, kubernetesArgs(request.args).podName)
    const missing = reported.filter((address) => !own.some((ip) => ip.address === address))
    const isMachine = attachment.interfaceType.type === 'tap'
    const found = [
      ...missing.map((address) => `prevResult does not have the address ${address}`),
      ...(yield* compareResult(prevResult, position, { host, container, steps, isMachine })),
      ...(yield* neededStill(host, steps, netns, { ...made, name: ifName })),
    ]
    return found.length > 0 ? err<void, Failure>({ kind: 'drift', found }) : ok()
  }).andThen(() => (ipam === undefined ? okAsync() : ipamCheck({ ...request, type: ipam.type })))
}

/** What the ADD would still do, in words. A step that would fail is a drift, and the next one follows. */
function neededStill(
  host: Netns,
  steps: EndpointSteps,
  netns: string,
  made: MadeInterface,
): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    const rehearsal = yield* rehearsalOf(host)
    const link = yield* host.open(netns).andThen((container) => container.link(made.name))
    const mac = made.mac?.toLowerCase()
    const isLater = {
      mac: mac !== undefined && mac !== steps.interface.mac && mac === link?.mac,
      // Results before 1.1.0 tell no MTU: a later plugin may have set any.
      mtu: made.mtu === undefined || (made.mtu !== steps.interface.mtu && made.mtu === link?.mtu),
    }
    const found: string[] = []
    for (const step of allOf(steps)) {
      const rehearsed = await rehearse([step], rehearsal)
      if (rehearsed.isErr()) found.push(describeFailure(rehearsed.error))
      for (const { operation, netns: where } of rehearsed.unwrapOr([]).flatMap(({ operations }) => operations)) {
        const needed = where === netns ? withoutLater(operation, made.name, isLater) : operation
        if (needed !== undefined) found.push(`${step.name}: ${wordsOf(needed)} is needed`)
      }
    }
    return ok(found)
  })
}

/** What is left of an operation when a later plugin has given the interface its MAC address, or its MTU. */
function withoutLater(
  operation: Operation,
  ifName: string,
  isLater: { readonly mac: boolean; readonly mtu: boolean },
): Operation | undefined {
  // The kernel forgets the neighbours of an interface whose MAC address changes.
  if (operation.do === 'set neighbour' && operation.neighbour.dev === ifName && isLater.mac) return undefined
  if (operation.do !== 'set link' || operation.name !== ifName) return operation
  const { mac, mtu, ...others } = operation.set
  const set = {
    ...others,
    ...(mac === undefined || isLater.mac ? {} : { mac }),
    ...(mtu === undefined || isLater.mtu ? {} : { mtu }),
  }
  return Object.keys(set).length === 0 ? undefined : { ...operation, set }
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
