import { type Family, hopsOf, isGone, type KernelError, type Netns, type Route } from '@vpc-bridge/kernel'
import { canonicalPrefix, hostOf, hostPrefix } from '@vpc-bridge/kernel/ip'
import type { WantedRoute } from '@vpc-bridge/route'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { addressOfRule, freeTable, type OwnTable, tablesIn } from './own-table.ts'

/** The network whose packets are to leave by its ENI. */
interface Leaving {
  /** Name of the ENI. */
  readonly eni: string
  /** The IP versions that the network carries. */
  readonly families: readonly Family[]
  /** Address of the VPC's router, for IPv4. Absent: the one that the host has by that ENI. */
  readonly gateway?: string
  /** The number of the table that the network has already. */
  readonly table?: number
}

/**
 * The table that a network needs for its packets to leave by its ENI: where the best default route of the main table, of any IP
 * version, leaves by another interface, and it is known which router there is at the ENI. Once a network has one it keeps it:
 * the host's default route may change again.
 *
 * @param addresses looks up the addresses of the network's endpoints, by whose rules a table is known whose record is lost
 * @returns `undefined` when packets leave by the ENI as it is
 */
export function ownTableOf(
  site: Netns,
  { eni, families, gateway, table }: Leaving,
  addresses: () => ResultAsync<readonly string[], KernelError>,
): ResultAsync<OwnTable | undefined, KernelError> {
  return safeTry<OwnTable | undefined, KernelError>(async function* () {
    const ways: { readonly family: Family; readonly defaults: readonly Route[]; readonly router: string }[] = []
    let isNeeded = table !== undefined
    for (const family of families) {
      const defaults = yield* site.routes({ family, destination: defaultRoutes[family], tables: 'all' })
      const router = (family === 'inet' ? gateway : undefined) ?? routerBy(eni, defaults)
      if (router === undefined) continue
      ways.push({ family, defaults, router })
      isNeeded ||= leavesByAnother(eni, defaults)
    }
    if (!isNeeded) return ok(undefined)
    const routes: Partial<Record<Family, readonly WantedRoute[]>> = {}
    for (const { family, defaults, router } of ways) {
      const byRouter = { destination: defaultRoutes[family], dev: eni, gateway: router, onlink: true }
      const others = yield* insteadOf(site, eni, byRouter, devsOf(defaults))
      routes[family] = [byRouter, ...others]
    }
    return ok({ table: table ?? (yield* recoveredTable(site, addresses)) ?? (yield* newTable(site)), routes })
  })
}

const defaultRoutes = { inet: '0.0.0.0/0', inet6: '::/0' } as const

/** Whether the host's packets leave by another interface. With several routes, or next hops, that are as good as each other some do. */
function leavesByAnother(eni: string, defaults: readonly Route[]): boolean {
  const main = defaults.filter(({ table }) => table === undefined)
  const best = Math.min(...main.map(({ metric }) => metric))
  return main.some((route) => route.metric === best && hopsOf(route).some(({ dev }) => dev !== eni))
}

/** The router of the best default route by an ENI: those of the main table before those of others. */
function routerBy(eni: string, defaults: readonly Route[]): string | undefined {
  const sorted = defaults.toSorted((one, other) => (one.table ?? 0) - (other.table ?? 0) || one.metric - other.metric)
  return sorted.flatMap(hopsOf).find(({ dev, gateway }) => dev === eni && gateway !== undefined)?.gateway
}

function devsOf(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.flatMap(hopsOf).map(({ dev }) => dev))]
}

/**
 * Routes by an ENI in the place of those of the main table that leave by other interfaces to the VPC: Ethernet interfaces by which
 * there is a default route. What is on the link at the ENI needs no router.
 */
function insteadOf(
  site: Netns,
  eni: string,
  byRouter: WantedRoute,
  waysOut: readonly string[],
): ResultAsync<readonly WantedRoute[], KernelError> {
  const family = byRouter.destination === defaultRoutes.inet ? 'inet' : 'inet6'
  return safeTry<readonly WantedRoute[], KernelError>(async function* () {
    const others: string[] = []
    for (const dev of waysOut) {
      const link = dev === eni ? undefined : yield* site.link(dev)
      // A tunnel has no MAC address, and no VPC behind it.
      if (link?.mac !== undefined) others.push(dev)
    }
    if (others.length === 0) return ok([])
    const onLink = (yield* routesBy(site, family, eni)).filter(({ gateway }) => gateway === undefined)
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
            ? { destination, dev: eni }
            : { ...byRouter, destination },
        ),
    )
  })
}

/** Routes by a link; none if it is missing: the ENI may be on its way, and any other one may go. */
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

/** The table that rules of a network's endpoints lead to: whoever deletes the bridge deletes its record as well. */
export function recoveredTable(
  site: Netns,
  addresses: () => ResultAsync<readonly string[], KernelError>,
): ResultAsync<number | undefined, KernelError> {
  return safeTry<number | undefined, KernelError>(async function* () {
    const rules = [...(yield* site.rules('inet')), ...(yield* site.rules('inet6'))]
    const tables = tablesIn(rules)
    if (tables.length === 0) return ok(undefined)
    const ruled = rules.flatMap((each) => addressOfRule(each) ?? [])
    const own = new Set((yield* addresses()).map(hostPrefix))
    return ok(ruled.find(({ table, prefix }) => tables.includes(table) && own.has(prefix))?.table)
  })
}

function newTable(site: Netns): ResultAsync<number, KernelError> {
  return safeTry<number, KernelError>(async function* () {
    const rules = [...(yield* site.rules('inet')), ...(yield* site.rules('inet6'))]
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
