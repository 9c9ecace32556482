import type { Family, KernelError, Netns } from '@vpc-bridge/kernel'
import { defaultDestination, familiesOf, familyOf } from '@vpc-bridge/kernel/ip'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Endpoint, EndpointIp, EndpointRoute } from './endpoint.ts'

/** Returns the routes of a container: those of the IPAM plugin, or where the configuration gives the addresses, default routes. */
export function routesOf<C extends { readonly ips: readonly EndpointIp[] }>({
  config,
  ips,
  routes,
}: Endpoint<C>): readonly EndpointRoute[] {
  return config.ips.length > 0 ? defaultRoutesOf(ips) : routes
}

/** Returns a default route for each IP version that an address has a router in: by the first one. */
function defaultRoutesOf(ips: readonly EndpointIp[]): readonly EndpointRoute[] {
  return familiesOf(ips.map(({ address }) => address)).flatMap((family) => {
    const router = ips.find(({ address, gateway }) => gateway !== undefined && familyOf(address) === family)?.gateway
    return router === undefined ? [] : [{ destination: defaultDestination[family], gateway: router }]
  })
}

/** Returns those of some IP versions of which a container has a default route, but none by this one of its interfaces. */
export function familiesByOthers(
  container: Netns,
  families: readonly Family[],
  ifName: string,
): ResultAsync<readonly Family[], KernelError> {
  return safeTry<readonly Family[], KernelError>(async function* () {
    const byOthers: Family[] = []
    for (const family of families) {
      const found = yield* container.routes({ family, destination: defaultDestination[family] })
      if (found.length > 0 && found.every(({ dev }) => dev !== ifName)) byOthers.push(family)
    }
    return ok(byOthers)
  })
}
