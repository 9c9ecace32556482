import { familiesOf, familyOf } from '@vpc-bridge/kernel/ip'
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
    return router === undefined ? [] : [{ destination: family === 'inet' ? '0.0.0.0/0' : '::/0', gateway: router }]
  })
}
