import { commandLine } from '@vpc-bridge/iproute2/command-line'
import {
  intercept,
  isMacTranslation,
  type KernelError,
  type Link,
  type LinkSettings,
  type Netns,
  type Operation,
  objectOf,
  operationError,
} from '@vpc-bridge/kernel'
import { netnsName } from '@vpc-bridge/netns'
import { copyOfHost } from '@vpc-bridge/plugin'
import { type Rehearsal, rehearse, type Step } from '@vpc-bridge/step'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'
import { commandFor } from './command-for.ts'
import type { IsInstalled } from './is-installed.ts'

/** One thing that is not as an ADD makes it. */
export interface Drift {
  /** In plain words: `vpcbr20 is down`. */
  readonly what: string
  /** Name of the interface that it is about, where there is one. */
  readonly link?: string
  /** The command that would put it right, as one would type it on the host; absent where there is none. */
  readonly repair?: string
}

/** How what is there differs from what a step brings about; no drift: not at all. */
export interface ComparedStep {
  readonly step: string
  readonly drift: readonly Drift[]
}

/** Compares steps with what is there. A step that could not be applied is a drift, and the next one follows. */
export type Compare = (steps: readonly Step<Netns, KernelError>[]) => Promise<readonly ComparedStep[]>

/** An operation that a rehearsal needed, and what that says of the state before it. */
interface Needed {
  readonly operation: Operation
  readonly drift: Drift
}

/**
 * Rehearses steps on a copy of the host: what they would still do is a drift. All calls share the copy, so that a drift of
 * what several endpoints share is told once.
 *
 * @param site the namespace that the bridge is in
 */
export function comparisonWith(host: Netns, site: Netns, isInstalled: IsInstalled): ResultAsync<Compare, KernelError> {
  return copyOfHost(host).map((copy) => {
    const operations: Needed[] = []
    let isUnreadable = false
    const context = intercept(copy, (operation, netns, proceed) => {
      if (isMacTranslation(operation) && (isUnreadable || !isInstalled('nft'))) {
        // Said once: for all that depends on it.
        const isSaid = isUnreadable
        isUnreadable = true
        return isSaid ? okAsync() : errAsync(operationError(operation, netns.path, 'ENOPKG', withoutNft))
      }
      const isHost = netns.id === copy.id
      return describeDrift(operation, netns).andThen((words) =>
        proceed().map(() => {
          const place = netns.id === site.id ? `the namespace ${netnsName(netns.path) ?? netns.path}` : 'the container'
          const what = isHost ? words : `in ${place} ${words}`
          const repair = commandLine(commandFor(operation, isHost ? undefined : netns.path))
          const link = linkOf(operation)
          operations.push({ operation, drift: { what, ...(link === undefined ? {} : { link }), repair } })
        }),
      )
    })
    return (steps) => compareEach(steps, { context, operations })
  })
}

const withoutNft =
  'the translation of MAC addresses cannot be looked at: the program nft is not installed (Debian: apt-get install nftables)'

async function compareEach(
  steps: readonly Step<Netns, KernelError>[],
  rehearsal: Rehearsal<Netns, Needed>,
): Promise<readonly ComparedStep[]> {
  const compared: ComparedStep[] = []
  for (const step of steps) {
    const rehearsed = await rehearse([step], rehearsal)
    const drift = rehearsed.match(
      (done): readonly Drift[] => withoutSequels(done.flatMap(({ operations }) => operations)),
      ({ cause }): readonly Drift[] => [{ what: cause.message }],
    )
    compared.push({ step: step.name, drift })
  }
  return compared
}

/** That a link is missing says all: what would be set on it once it is there is no drift of its own. */
function withoutSequels(needed: readonly Needed[]): readonly Drift[] {
  const telling = needed[0]?.operation.do === 'add link' ? needed.slice(0, 1) : needed
  return telling.map(({ drift }) => drift)
}

/** What it says of the state that an operation is needed. */
function describeDrift(operation: Operation, netns: Netns): ResultAsync<string, KernelError> {
  switch (operation.do) {
    case 'set link':
      return netns.link(operation.name).map((link) => settingsOf(operation.name, operation.set, link).join(', '))
    case 'write sysctl':
      return netns
        .sysctl(operation.path)
        .map((found) => `${operation.path.replaceAll('/', '.')} is ${found}, not ${operation.value}`)
    case 'add link':
      return okAsync(`${objectOf(operation)} is missing`)
    case 'add altname':
      return okAsync(`${operation.name} lacks its second name ${operation.altName}`)
    case 'add address':
      return okAsync(`the address ${operation.address.address} is missing on ${operation.address.dev}`)
    case 'add route':
      return okAsync(`the ${wayOf(operation.route)} is missing`)
    case 'set route':
      return okAsync(`the ${wayOf(operation.route)} goes another way`)
    case 'move link':
      return okAsync(`${operation.name} is not in ${operation.netns}`)
    case 'delete route':
      return okAsync(`there is a wrong ${wayOf(operation.route)}`)
    case 'add rule':
    case 'add reject route':
    case 'set masquerade':
    case 'set masquerade entry':
      return okAsync(`the ${objectOf(operation)} is missing`)
    case 'rename link':
      return okAsync(`${operation.name} is not named ${operation.to}`)
    case 'set neighbour': {
      const { address, dev, mac } = operation.neighbour
      return okAsync(`the neighbour entry of ${address} on ${dev} is not ${mac}`)
    }
    case 'set MAC translation':
      return okAsync(`the rules of the MAC translation on ${operation.dev} are not as they should be`)
    case 'set MAC translation entry':
      return okAsync(`packets to ${operation.entry.address} are not sent on to ${operation.entry.mac}`)
    case 'delete MAC translation':
    case 'delete MAC translation entry':
    case 'delete link':
    case 'delete altname':
    case 'delete address':
    case 'delete neighbour':
    case 'delete rule':
    case 'delete reject route':
    case 'delete masquerade':
    case 'delete masquerade entry':
      return okAsync(`there is ${objectOf(operation)}`)
  }
}

/** The interface that an operation is about. */
function linkOf(operation: Operation): string | undefined {
  switch (operation.do) {
    case 'add rule':
    case 'delete rule':
    case 'add reject route':
    case 'delete reject route':
    case 'set masquerade':
    case 'delete masquerade':
    case 'set masquerade entry':
    case 'delete masquerade entry':
      return undefined
    case 'add link':
      return operation.link.name
    case 'set link':
    case 'delete link':
    case 'rename link':
    case 'move link':
    case 'add altname':
    case 'delete altname':
      return operation.name
    case 'write sysctl':
      return /^net\/[^/]+\/(?:conf|neigh)\/([^/]+)\//.exec(operation.path)?.[1]
    case 'add address':
    case 'delete address':
      return operation.address.dev
    case 'add route':
    case 'set route':
    case 'delete route':
      return operation.route.dev
    case 'set neighbour':
    case 'delete neighbour':
      return operation.neighbour.dev
    case 'set MAC translation':
    case 'delete MAC translation':
    case 'set MAC translation entry':
    case 'delete MAC translation entry':
      return operation.dev
  }
}

function settingsOf(name: string, set: LinkSettings, found: Link | undefined): readonly string[] {
  return [
    ...(set.up === undefined ? [] : [`${name} is ${set.up ? 'down' : 'up'}`]),
    ...(set.mac === undefined ? [] : [`${name} has the MAC address ${found?.mac ?? 'none'}, not ${set.mac}`]),
    ...(set.mtu === undefined ? [] : [`${name} has the MTU ${found?.mtu ?? 'none'}, not ${set.mtu}`]),
    ...(set.master === undefined ? [] : [`${name} is not a port of ${set.master}`]),
    ...(set.alias === undefined ? [] : [`${name} does not carry the record of whose it is`]),
  ]
}

function wayOf(route: { readonly destination: string; readonly gateway?: string; readonly dev: string }): string {
  const { destination, gateway, dev } = route
  const isDefault = destination === '0.0.0.0/0' || destination === '::/0'
  const via = gateway === undefined ? '' : ` via ${gateway}`
  return `${isDefault ? `default route${destination === '::/0' ? ' of IPv6' : ''}` : `route to ${destination}`}${via} by ${dev}`
}
