import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { KernelError } from './error.ts'
import type { Netns } from './netns.ts'
import type { Address, Link, ListedRule, Neighbour, RejectRoute, Route } from './state.ts'

/**
 * The network configuration of a namespace as one plain value. Settings, translations of MAC addresses and masquerades are not in
 * it: the port does not list them.
 */
export interface Snapshot {
  readonly links: readonly Link[]
  readonly addresses: readonly Address[]
  /** Of both IP versions, and of all tables. */
  readonly routes: readonly Route[]
  /** Of both IP versions, and of all tables. */
  readonly rejectRoutes: readonly RejectRoute[]
  /** Of both IP versions. */
  readonly rules: readonly ListedRule[]
  readonly neighbours: readonly Neighbour[]
}

/** Looks up everything there is in a namespace, in the order in which the driver lists it. */
export function snapshot(netns: Netns): ResultAsync<Snapshot, KernelError> {
  return safeTry(async function* () {
    const links = yield* netns.links()
    const addresses = yield* netns.addresses()
    const inet = yield* netns.routes({ family: 'inet', tables: 'all' })
    const inet6 = yield* netns.routes({ family: 'inet6', tables: 'all' })
    const rejectRoutes = [...(yield* netns.rejectRoutes('inet')), ...(yield* netns.rejectRoutes('inet6'))]
    const rules = [...(yield* netns.rules('inet')), ...(yield* netns.rules('inet6'))]
    const neighbours = yield* netns.neighbours()
    return ok({ links, addresses, routes: [...inet, ...inet6], rejectRoutes, rules, neighbours })
  })
}
