import { familiesOf, familyOf } from '@vpc-bridge/kernel/ip'
import type { EndpointIp, EndpointRoute } from './definition.ts'

/** Returns a default route for each IP version that an address has a router in: by the first one. */
export function defaultRoutesOf(ips: readonly EndpointIp[]): readonly EndpointRoute[] {
  return familiesOf(ips.map(({ address }) => address)).flatMap((family) => {
    const router = ips.find(({ address, gateway }) => gateway !== undefined && familyOf(address) === family)?.gateway
    return router === undefined ? [] : [{ destination: family === 'inet' ? '0.0.0.0/0' : '::/0', gateway: router }]
  })
}
