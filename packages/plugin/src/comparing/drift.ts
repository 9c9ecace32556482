import type { KernelError, Netns, Operation } from '@vpc-bridge/kernel'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Steps } from '../definition/phase.ts'
import type { MadeInterface } from '../endpoint/result.ts'
import { comparisonWith } from './compare-steps.ts'

/**
 * Returns what an ADD would still do, in words: each is a drift. A step that would fail is one, too, and the next step follows.
 * A later plugin of the chain may give the interface another MAC address or MTU, if the result tells of it.
 *
 * @param endpoint path of the container's namespace, and the MAC address that an ADD gives the interface
 * @param made the interface in the result of the whole chain
 */
export function driftsOf(
  host: Netns,
  steps: Steps,
  { netns, mac }: { readonly netns: string; readonly mac: string },
  made: MadeInterface,
): ResultAsync<readonly string[], KernelError> {
  return safeTry<readonly string[], KernelError>(async function* () {
    const link = yield* host.open(netns).andThen((container) => container.link(made.name))
    const told = made.mac?.toLowerCase()
    const isLater = {
      mac: told !== undefined && told !== mac && told === link?.mac,
      // Results before 1.1.0 tell no MTU: a later plugin may have set any.
      mtu: made.mtu === undefined || made.mtu === link?.mtu,
    }
    const driftIn = (operation: Operation, where: string) =>
      where === netns ? withoutLater(operation, made.name, isLater) : operation
    const compare = yield* comparisonWith(host, { driftIn })
    const compared = await compare(steps)
    return ok(compared.flatMap(({ step, drift }) => drift.map(({ what }) => `${step}: ${what}`)))
  })
}

/** Returns the rest of an operation when a later plugin has given the interface its MAC address, or its MTU. */
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
