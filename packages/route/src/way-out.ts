import { type Family, hopsOf, isGone, type KernelError, type Netns, type Route } from '@vpc-bridge/kernel'
import { canonicalPrefix, defaultDestination, familyOf, hostOf, hostPrefix } from '@vpc-bridge/kernel/ip'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { addressOfRule, freeTable, type OwnTable, tablesIn } from './own-table.ts'
import type { WantedRoute } from './route.ts'
import { allRules } from './stray-rules.ts'

/** The network whose packets are to leave by an interface of its own. */
export interface Leaving {
  /** Name of the interface. */
  readonly dev: string
  /** The IP versions that the network carries. */
  readonly families: readonly Family[]
  /** Address of the router, for IPv4. Absent: the one that the host has by that interface. */
  readonly gateway?: string
  /** The number of the table that the network has already. */
  readonly table?: number
}

/**
 * Returns the table that a network needs for its packets to leave by its interface: where the best default route of the main table,
 * of any IP version, leaves by another one, and it is known which router there is at the network's. Once a network has a table it
 * keeps it: the host's default route may change again.
 *
 * @param addresses looks up the addresses of the network's endpoints, by whose rules a table is known whose record is lost
 * @returns `undefined` when packets leave by the interface as it is
 * @see ip-rule(8)
 */
export function ownTableOf(
  site: Netns,
  { dev, families, gateway, table }: Leaving,
  addresses: () => ResultAsync<readonly string[], KernelError>,
): ResultAsync<OwnTable | undefined, KernelError> {
  return safeTry<OwnTable | undefined, KernelError>(async function* () {
    const ways: { readonly family: Family; readonly defaults: readonly Route[]; readonly router: string }[] = []
    let isNeeded = table !== undefined
    for (const family of families) {
      const defaults = yield* site.routes({ family, destination: defaultDestination[family], tables: 'all' })
      const router = (family === 'inet' ? gateway : undefined) ?? routerBy(dev, defaults)
      if (router === undefined) continue
      ways.push({ family, defaults, router })
      isNeeded ||= leavesByAnother(dev, defaults)
    }
    if (!isNeeded) return ok(undefined)
    const routes: Partial<Record<Family, readonly WantedRoute[]>> = {}
    for (const { family, defaults, router } of ways) {
      const byRouter = { destination: defaultDestination[family], dev, gateway: router, onlink: true }
      const others = yield* insteadOf(site, byRouter, devsOf(defaults))
      routes[family] = [byRouter, ...others]
    }
    return ok({ table: table ?? (yield* recoveredTable(site, addresses)) ?? (yield* newTable(site)), routes })
  })
}

/** Returns true if the host's packets leave by another interface. With several routes, or next hops, that are as good as each other some do. */
function leavesByAnother(own: string, defaults: readonly Route[]): boolean {
  const main = defaults.filter(({ table }) => table === undefined)
  const best = Math.min(...main.map(({ metric }) => metric))
  return main.some((route) => route.metric === best && hopsOf(route).some(({ dev }) => dev !== own))
}

/** Returns the router of the best default route by an interface: those of the main table before those of others. */
function routerBy(own: string, defaults: readonly Route[]): string | undefined {
  const sorted = defaults.toSorted((one, other) => (one.table ?? 0) - (other.table ?? 0) || one.metric - other.metric)
  return sorted.flatMap(hopsOf).find(({ dev, gateway }) => dev === own && gateway !== undefined)?.gateway
}

function devsOf(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.flatMap(hopsOf).map(({ dev }) => dev))]
}

/**
 * Returns routes in the place of those of the main table that leave by other interfaces to the same place: Ethernet interfaces by
 * which there is a default route. What is on the link at the network's interface needs no router.
 */
function insteadOf(
  site: Netns,
  byRouter: WantedRoute,
  waysOut: readonly string[],
): ResultAsync<readonly WantedRoute[], KernelError> {
  const family = familyOf(byRouter.destination)
  return safeTry<readonly WantedRoute[], KernelError>(async function* () {
    const others: string[] = []
    for (const dev of waysOut) {
      const link = dev === byRouter.dev ? undefined : yield* site.link(dev)
      // A tunnel has no MAC address, and no VPC behind it.
      if (link?.mac !== undefined) others.push(dev)
    }
    if (others.length === 0) return ok([])
    const onLink = (yield* routesBy(site, family, byRouter.dev)).filter(({ gateway }) => gateway === undefined)
    const destinations = new Set<string>()
    for (const dev of others) {
      const replaced = yield* routesBy(site, family, dev)
      for (const { destination } of replaced) destinations.add(destination)
    }
    return ok(
      [...destinations]
        .filter((each) => each !== byRouter.destination && !isLinkLocal(each))
        .map((destination) =>
          onLink.some((subnet) => isWithin(destination, subnet.destination))
            ? { destination, dev: byRouter.dev }
            : { ...byRouter, destination },
        ),
    )
  })
}

/** Routes by a link; none if it is missing: links come and go. */
function routesBy(site: Netns, family: Family, dev: string): ResultAsync<readonly Route[], KernelError> {
  return site.routes({ family, dev }).orElse((error) => (isGone(error) ? okAsync([]) : errAsync(error)))
}

/** IPv6 alone has such addresses on each link, and they say themselves which link is meant. */
function isLinkLocal(destination: string): boolean {
  return /^(fe[89ab]|ff)/.test(destination)
}

function isWithin(destination: string, subnet: string): boolean {
  const [length, limit] = [destination, subnet].map((prefix) => Number(prefix.split('/')[1]))
  return (
    length !== undefined &&
    limit !== undefined &&
    length >= limit &&
    canonicalPrefix(`${hostOf(destination)}/${limit}`) === subnet
  )
}

/**
 * Returns the table that rules for some addresses lead to: who deletes a link that carries the record of a table deletes that, too.
 *
 * @param addresses looks them up, with or without prefix length
 */
export function recoveredTable(
  site: Netns,
  addresses: () => ResultAsync<readonly string[], KernelError>,
): ResultAsync<number | undefined, KernelError> {
  return safeTry<number | undefined, KernelError>(async function* () {
    const rules = yield* allRules(site)
    const tables = tablesIn(rules)
    if (tables.length === 0) return ok(undefined)
    const ruled = rules.flatMap((each) => addressOfRule(each) ?? [])
    const own = new Set((yield* addresses()).map(hostPrefix))
    return ok(ruled.find(({ table, prefix }) => tables.includes(table) && own.has(prefix))?.table)
  })
}

function newTable(site: Netns): ResultAsync<number, KernelError> {
  return safeTry<number, KernelError>(async function* () {
    const rules = yield* allRules(site)
    const routes = [
      ...(yield* site.routes({ family: 'inet', tables: 'all' })),
      ...(yield* site.routes({ family: 'inet6', tables: 'all' })),
    ]
    return ok(
      freeTable(
        rules,
        routes.flatMap(({ table = [] }) => table),
      ),
    )
  })
}
