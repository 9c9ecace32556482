import type { RecordUndo } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { KernelError } from './error.ts'
import { canonicalPrefix } from './ip.ts'
import type { Netns } from './netns.ts'
import { changeReversibly } from './reversible.ts'
import type { Address, Neighbour, Route } from './state.ts'

/** What a link has been given, and what another link would need in its place. */
export interface Belongings {
  /** But for link-local ones of IPv6, which each link has by itself. */
  readonly addresses: readonly Address[]
  /**
   * Of both IP versions and all tables, but for those that come with addresses, and those that the kernel learns from routers.
   * Where addresses bring none, a route to their subnet has been added, whatever it says of who made it.
   * Those to gateways come last: a gateway must be known to be on the link.
   */
  readonly routes: readonly Route[]
  /** The permanent ones. */
  readonly neighbours: readonly Neighbour[]
}

/** Looks up what a link has been given; ENODEV when it does not exist. */
export function belongingsOf(netns: Netns, dev: string): ResultAsync<Belongings, KernelError> {
  return safeTry<Belongings, KernelError>(async function* () {
    const addresses = (yield* netns.addresses(dev)).filter(({ address }) => !/^fe[89ab]/.test(address))
    const inet = yield* netns.routes({ family: 'inet', dev, tables: 'all' })
    const inet6 = yield* netns.routes({ family: 'inet6', dev, tables: 'all' })
    return ok({
      addresses,
      neighbours: yield* netns.neighbours(dev),
      routes: [...inet, ...inet6]
        .filter((route) => route.protocol !== 'ra' && (route.protocol !== 'kernel' || isByHand(route, addresses)))
        .toSorted((one, other) => Number(one.gateway !== undefined) - Number(other.gateway !== undefined)),
    })
  })
}

/**
 * Gives a link the addresses that it lacks. Those with another end are told apart by it.
 *
 * @param undo the record of the step's walk
 */
export function giveAddresses(
  netns: Netns,
  dev: string,
  addresses: readonly Omit<Address, 'dev'>[],
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const had = yield* netns.addresses(dev)
    for (const each of addresses) {
      if (had.some(({ address, peer }) => address === each.address && peer === each.peer)) continue
      const address: Address = { ...each, dev }
      yield* changeReversibly(netns, { do: 'add address', address }, { do: 'delete address', address }, undo)
    }
    return ok()
  })
}

/** Whether a route that is said to be the kernel's is to the subnet of addresses of which none brings it. */
function isByHand({ destination }: Route, addresses: readonly Address[]): boolean {
  const within = addresses.filter(({ address }) => canonicalPrefix(address) === destination)
  return within.length > 0 && within.every(({ noPrefixRoute }) => noPrefixRoute)
}
