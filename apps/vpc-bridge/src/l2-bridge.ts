import { bridge, bridgePort, linkUp } from '@vpc-bridge/link'
import { macNat, macNatEndpoint } from '@vpc-bridge/mac-nat'
import { acceptRa, takeOver } from '@vpc-bridge/route'
import { networkAlias } from './alias.ts'
import type { BridgeSteps, Endpoint } from './endpoint.ts'
import { hostOf } from './ip-text.ts'
import { networkNames } from './names.ts'
import { recordAlias } from './record-text.ts'

/**
 * The L2 mode: the ENI is a port of the bridge, which takes over its MAC address, its addresses and its routes. The VPC
 * knows the ENI's MAC address only: that of the containers is translated.
 */
export function l2Bridge({ network, eni, addresses, gateway, mtu }: Endpoint, containerMac: string): BridgeSteps {
  const { bridge: name } = networkNames(network, eni)
  const { mac, before } = eni
  const alias = recordAlias(networkAlias({ network, bridgeType: 'L2', eni: eni.name, mac, before }))
  return {
    network: [
      bridge({ name, mac, mtu, alias }),
      // As in L3: a container must not be able to advertise a route to the host.
      acceptRa({ dev: name, accept: 'never' }),
    ],
    eni: [
      linkUp({ name: eni.name, mtu, before }),
      macNat({ dev: eni.name, mac }),
      bridgePort({ dev: eni.name, bridge: name }),
      takeOver({ from: eni.name, to: name }),
    ],
    endpoint: addresses.map((each) => macNatEndpoint({ dev: eni.name, address: hostOf(each), mac: containerMac })),
    mac,
    gateways: gateway === undefined ? {} : { inet: gateway },
  }
}
