import type { EndpointIdentity } from '@vpc-bridge/plugin'
import { parseConfig } from '../../src/config/network-config.ts'
import { config } from './runtime.ts'
import type { Attachment } from './walks.ts'

/** The endpoint of the experiment. */
export function attachmentIn(netns: string): Attachment {
  return {
    network: 'vpc',
    bridgeType: 'L3',
    interfaceType: { type: 'veth' },
    eni: { by: 'name', name: 'eth10' },
    netns,
    containerId: 'test-container',
    ifName: 'blueveth',
    addresses: ['192.168.1.43/24'],
    gateway: '192.168.1.1',
    mtu: 9001,
  }
}

const tap = { interfaceType: 'tap', tapUserID: '1000' }
const l2 = { bridgeType: 'L2' }

/** All modes: how the experiment's configuration says so, with the path of a namespace that a bridge may be in. */
const changes: Readonly<Record<string, (bridgeNetns: string) => object>> = {
  L3: () => ({}),
  'L3, dual stack': () => ({ ipAddresses: ['192.168.1.43/24', 'fd00:1::43/64'] }),
  'L3, TAP': () => tap,
  'L3 in another namespace': (bridgeNetNSPath) => ({ bridgeNetNSPath }),
  L2: () => l2,
  'L2, TAP': () => ({ ...l2, ...tap }),
  'L2 in another namespace': (bridgeNetNSPath) => ({ ...l2, bridgeNetNSPath }),
}

export const modes: readonly string[] = Object.keys(changes)

/** The experiment's configuration in a mode. */
export function configOf(mode: string, bridgeNetns: string) {
  return { ...config, ...changes[mode]?.(bridgeNetns) }
}

/** The endpoint of the experiment in a mode. */
export function attachmentOf(mode: string, netns: string, bridgeNetns: string): Attachment {
  return configured(configOf(mode, bridgeNetns), { containerId: 'test-container', ifName: 'blueveth', netns })
}

/** Returns the endpoint that an ADD with a configuration would make. */
export function configured(document: object, endpoint: EndpointIdentity & { readonly netns: string }): Attachment {
  const read = parseConfig(document)._unsafeUnwrap()
  const { name: network, bridgeType, interface: interfaceType, bridgeNetns, eni, addresses, mtu, gateways } = read
  return {
    ...endpoint,
    network,
    bridgeType,
    interfaceType,
    ...(bridgeNetns === undefined ? {} : { bridgeNetns }),
    eni,
    addresses,
    ...(gateways.inet === undefined ? {} : { gateway: gateways.inet }),
    mtu,
  }
}
