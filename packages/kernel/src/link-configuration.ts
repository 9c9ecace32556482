import { utf8Length } from '@vpc-bridge/runtime'
import type { RecordUndo } from '@vpc-bridge/step'
import { err, ok, type Result, type ResultAsync, safeTry } from 'neverthrow'
import type { KernelError } from './error.ts'
import { renameLinks } from './hops.ts'
import { canonicalPrefix } from './ip.ts'
import type { Netns } from './netns.ts'
import { changeReversibly } from './reversible.ts'
import type { Address, Neighbour, Route } from './state.ts'

/** The configuration of a link: all that another link needs in its place. */
export interface LinkConfiguration {
  /** But for link-local ones of IPv6, which each link has by itself, and those that are just being deleted. */
  readonly addresses: readonly Address[]
  /**
   * Of both IP versions and all tables, but for those that come with addresses, and those that the kernel learns from routers.
   * Where addresses bring none, a route to their subnet has been added by a process, even if it is marked as the kernel's.
   * Those to gateways come last: a gateway must be known to be on the link.
   */
  readonly routes: readonly Route[]
  /** The permanent ones. */
  readonly neighbours: readonly Neighbour[]
}

/**
 * Looks up what a link has been given; ENODEV when it does not exist, EOPNOTSUPP when there is something among it that no
 * other link could be given.
 */
export function linkConfigurationOf(netns: Netns, dev: string): ResultAsync<LinkConfiguration, KernelError> {
  return safeTry<LinkConfiguration, KernelError>(async function* () {
    const addresses = (yield* netns.addresses(dev)).filter(
      (address) => !isLinkLocal(address) && address.validSeconds !== 0,
    )
    const inet = yield* netns.routes({ family: 'inet', dev, tables: 'all' })
    const inet6 = yield* netns.routes({ family: 'inet6', dev, tables: 'all' })
    const routes = [...inet, ...inet6]
      .filter(({ expiresSeconds }) => expiresSeconds !== 0)
      .filter((route) => route.protocol !== 'ra' && (route.protocol !== 'kernel' || isByHand(route, addresses)))
      .toSorted((one, other) => Number(one.gateway !== undefined) - Number(other.gateway !== undefined))
    for (const { address, unknown } of addresses) {
      if (unknown !== undefined) return err(immovable(netns, dev, `address ${address}`, unknown))
    }
    for (const { destination, table, unknown } of routes) {
      const of = table === undefined ? '' : ` of table ${table}`
      if (unknown !== undefined) return err(immovable(netns, dev, `route ${destination}${of}`, unknown))
    }
    return ok({ addresses, routes, neighbours: yield* netns.neighbours(dev) })
  })
}

/** Returns true for a link-local IPv6 address (RFC 4291, section 2.5.6). */
export function isLinkLocal({ address }: Pick<Address, 'address'>): boolean {
  return /^fe[89ab]/.test(address)
}

function immovable({ path }: Netns, dev: string, object: string, unknown: readonly string[]): KernelError {
  const message = `it has ${unknown.join(', ')}, which cannot be moved with it: delete it, or add it without`
  return { kind: 'kernel', operation: 'move', object: `${object} on ${dev}`, netns: path, errno: 'EOPNOTSUPP', message }
}

/**
 * Returns a link's configuration for another link. The label of an address, which begins with the link's name, gets the other link's.
 *
 * @returns the label that would be too long for the kernel
 */
export function onLink(
  { addresses, routes, neighbours }: LinkConfiguration,
  from: string,
  to: string,
): Result<LinkConfiguration, string> {
  const labelOf = (label: string) => (label.startsWith(`${from}:`) ? `${to}${label.slice(from.length)}` : label)
  const moved = addresses.map(
    (each): Address => ({ ...each, dev: to, ...(each.label === undefined ? {} : { label: labelOf(each.label) }) }),
  )
  const tooLong = moved.find(({ label = '' }) => utf8Length(label) > longestLabel)?.label
  if (tooLong !== undefined) return err(tooLong)
  return ok({
    addresses: moved,
    routes: routes.map((route) => renameLinks(route, (dev) => (dev === from ? to : dev))),
    neighbours: neighbours.map((each) => ({ ...each, dev: to })),
  })
}

/** In bytes (IFNAMSIZ less the terminator). */
const longestLabel = 15

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

/** Returns true for a route to the subnet of addresses none of which brings it, although it is marked as the kernel's. */
function isByHand({ destination }: Route, addresses: readonly Address[]): boolean {
  const within = addresses.filter(({ address }) => canonicalPrefix(address) === destination)
  return within.length > 0 && within.every(({ noPrefixRoute }) => noPrefixRoute)
}
