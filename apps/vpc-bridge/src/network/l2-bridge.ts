import { hostOf } from '@vpc-bridge/kernel/ip'
import { bridge, bridgePort, linkUp } from '@vpc-bridge/link'
import { macNat, macNatEndpoint } from '@vpc-bridge/mac-nat'
import { acceptRa, transfer } from '@vpc-bridge/route'
import { onlyReverted } from '@vpc-bridge/step'
import { type BridgeSteps, type Endpoint, macOf } from '../endpoint/model.ts'
import { recordAlias } from '../record-text.ts'
import { networkAlias } from './network-record.ts'

/**
 * The L2 mode: the ENI is a port of the bridge, which takes over its MAC address, its addresses and its routes. The VPC
 * knows the ENI's MAC address only: that of the containers is translated.
 */
export function l2Bridge(endpoint: Endpoint): BridgeSteps {
  const { network, names, eni, addresses, gateway, mtu } = endpoint
  const { bridge: name } = names
  const { mac, recorded, before } = eni
  const known = { network, bridgeType: 'L2', eni: recorded.name, mac: recorded.mac, before } as const
  const alias = recordAlias(networkAlias(known))
  const isRenamed = recorded.name !== eni.name
  return {
    network: [
      bridge({ name, mac, mtu, alias }),
      // As in L3: a container must not be able to advertise a route to the host.
      acceptRa({ dev: name, accept: 'never' }),
    ],
    eni: [
      linkUp({ name: eni.name, mtu, before }),
      // The rules go by names: those that are left under an earlier one do nothing.
      ...(isRenamed ? [onlyReverted(macNat({ dev: recorded.name, mac }))] : []),
      macNat({ dev: eni.name, mac }),
      bridgePort({ dev: eni.name, bridge: name }),
      transfer({ from: eni.name, to: name }),
    ],
    endpoint: addresses.map((each) => macNatEndpoint({ dev: eni.name, address: hostOf(each), mac: macOf(endpoint) })),
    mac,
    gateways: gateway === undefined ? {} : { inet: gateway },
  }
}
