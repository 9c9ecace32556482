import { hostOf } from '@vpc-bridge/kernel/ip'
import { bridgePort, linkUp } from '@vpc-bridge/link'
import { linkMovedWithConfiguration, within } from '@vpc-bridge/netns'
import type { Steps } from '@vpc-bridge/plugin'
import { forgetNeighbour } from '@vpc-bridge/route'
import { takingAlong } from '@vpc-bridge/step'
import { l2Bridge } from '../network/l2-bridge.ts'
import { l3Bridge } from '../network/l3-bridge.ts'
import type { Endpoint, EndpointSteps } from './model.ts'
import { tapInterface } from './tap-interface.ts'
import { vethInterface } from './veth-interface.ts'

/** Returns the steps of an endpoint, whatever its mode. */
export function endpointSteps(endpoint: Endpoint): EndpointSteps {
  const { bridgeNetns, eni, interfaceType, hostLink, addresses, names } = endpoint
  const inBridgeNetns = (steps: Steps): Steps => within(bridgeNetns, steps)
  const { bridge: dev } = names
  const neighbours = addresses.map((each) => forgetNeighbour({ dev, address: hostOf(each) }))
  const bridge = endpoint.bridgeType === 'L3' ? l3Bridge(endpoint) : l2Bridge(endpoint)
  const made =
    interfaceType.type === 'veth' ? vethInterface(endpoint, bridge) : tapInterface(endpoint, interfaceType.userId)
  return {
    away:
      bridgeNetns === undefined ? [] : [linkMovedWithConfiguration({ name: eni.name, netns: bridgeNetns, heir: dev })],
    network: inBridgeNetns(bridge.network),
    eni: inBridgeNetns(bridge.eni),
    port: inBridgeNetns(made.port.map((step) => takingAlong(step, neighbours))),
    hostEnd: inBridgeNetns([bridgePort({ dev: hostLink.name, bridge: dev }), linkUp({ name: hostLink.name })]),
    endpoint: inBridgeNetns(bridge.endpoint),
    container: made.container,
    neighbours: inBridgeNetns(neighbours),
    bridgeMac: bridge.mac,
    gateways: bridge.gateways,
  }
}
