import type { ResultInterface } from '@vpc-bridge/cni'
import { describeKernelError, type KernelError, type Netns, type Operation, objectOf } from '@vpc-bridge/kernel'
import { rehearse } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Steps } from './definition.ts'
import { dryRunOn } from './dry-run.ts'

/** The container's interface as a result tells of it. */
export type MadeInterface = Pick<ResultInterface, 'name' | 'mac' | 'mtu'>

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
    const dryRun = yield* dryRunOn(host)
    const link = yield* host.open(netns).andThen((container) => container.link(made.name))
    const told = made.mac?.toLowerCase()
    const isLater = {
      mac: told !== undefined && told !== mac && told === link?.mac,
      // Results before 1.1.0 tell no MTU: a later plugin may have set any.
      mtu: made.mtu === undefined || made.mtu === link?.mtu,
    }
    const found: string[] = []
    for (const step of steps) {
      const tried = await rehearse([step], dryRun)
      if (tried.isErr()) found.push(`${tried.error.step} would fail: ${describeKernelError(tried.error.cause)}`)
      for (const { operation, netns: where } of tried.unwrapOr([]).flatMap(({ operations }) => operations)) {
        const needed = where === netns ? withoutLater(operation, made.name, isLater) : operation
        if (needed !== undefined) found.push(`${step.name}: ${wordsOf(needed)} is needed`)
      }
    }
    return ok(found)
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

/** Returns an operation in words: `set link vpcbr20 mtu=9001`. */
function wordsOf(operation: Operation): string {
  if (operation.do === 'set link') {
    const settings = Object.entries(operation.set).map(([name, value]) => `${name}=${value}`)
    return `set link ${operation.name} ${settings.join(' ')}`
  }
  if (operation.do === 'write sysctl') return `${operation.path}=${operation.value}`
  return `${operation.do} (${objectOf(operation)})`
}
