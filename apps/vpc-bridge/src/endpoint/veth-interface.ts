import { address } from '@vpc-bridge/address'
import { defaultDestination, familyOf, hostPrefix, isInet6 } from '@vpc-bridge/kernel/ip'
import { veth } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import { neighbour, route } from '@vpc-bridge/route'
import { type BridgeSteps, defaultRoutersOf, type Endpoint, type InterfaceSteps, macOf } from './model.ts'

/** A veth interface in the container, with its addresses, default routes by the routers that it sees, and further routes. */
export function vethInterface(
  endpoint: Endpoint,
  { gateways, gatewayMac }: Pick<BridgeSteps, 'gateways' | 'gatewayMac'>,
): InterfaceSteps {
  const { ifName, netns, addresses, routes, mtu, hostLink, names } = endpoint
  const peer = { name: ifName, netns, mac: macOf(endpoint) }
  const defaultRouters = Object.values(defaultRoutersOf({ gateways }, endpoint))
  const routers = Object.values(gateways).flatMap((gateway) => [
    ...(defaultRouters.includes(gateway)
      ? [route({ destination: defaultDestination[familyOf(gateway)], gateway, dev: ifName, onlink: true })]
      : []),
    ...(gatewayMac === undefined ? [] : [neighbour({ dev: ifName, address: gateway, mac: gatewayMac })]),
  ])
  return {
    port: [veth({ ...hostLink, mtu, master: names.bridge, peer })],
    container: within(netns, [
      ...addresses.map((each) => address({ dev: ifName, address: isInet6(each) ? hostPrefix(each) : each })),
      ...routers,
      ...routes.map(({ destination, metric, ...given }) => {
        const gateway = given.gateway ?? (isInet6(destination) ? gateways.inet6 : gateways.inet)
        return route({
          destination,
          dev: ifName,
          ...(gateway === undefined ? {} : { gateway, onlink: true }),
          ...(metric === undefined ? {} : { metric }),
        })
      }),
    ]),
  }
}
