import { address } from '@vpc-bridge/address'
import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { bridge, dummy, linkUp, veth } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import { forwarding, neighbour, proxyArp, route } from '@vpc-bridge/route'
import type { Step } from '@vpc-bridge/step'
import { type EniBefore, endpointAlias, networkAlias } from './alias.ts'
import { type EndpointIdentity, hostVethName, macFor, networkNames } from './names.ts'

/** AWS VPCs carry jumbo frames; in bytes. */
const mtu = 9001

/** A container's endpoint on a VPC network in L3 mode. */
export interface L3Endpoint extends EndpointIdentity {
  /** Name of the network. */
  readonly network: string
  readonly eni: SharedEni
  /** Path of the container's network namespace. */
  readonly netns: string
  /** Addresses of the container, with the prefix length of their subnet. */
  readonly addresses: readonly string[]
  /** Address of the VPC's router. */
  readonly gateway: string
}

/** The network interface that a network's endpoints share. */
interface SharedEni {
  readonly name: string
  readonly index: number
  readonly mac: string
  /** How it was before the network came. */
  readonly before: EniBefore
}

/** The steps, in the order in which they are applied. All endpoints of a network share the first two parts. */
export interface EndpointSteps {
  /** The bridge, which keeps the record of how the ENI was before: it has to outlive the second part. */
  readonly network: readonly Step<Netns, KernelError>[]
  /** The settings of the ENI. */
  readonly eni: readonly Step<Netns, KernelError>[]
  /** On the host: the veth pair and the routes to it. */
  readonly endpoint: readonly Step<Netns, KernelError>[]
  /** In the container: what the pair's far end is given. */
  readonly container: readonly Step<Netns, KernelError>[]
  /** The interface that the container gets. */
  readonly interface: { readonly name: string; readonly mac: string; readonly mtu: number }
}

/**
 * What makes an L3 endpoint: the host routes between a bridge, on which the containers are, and the ENI. The containers
 * see the VPC's router behind the bridge's MAC address; the VPC sees the containers' addresses behind the ENI's.
 */
export function l3Veth({ network, eni, containerId, ifName, netns, addresses, gateway }: L3Endpoint): EndpointSteps {
  const names = networkNames(network, eni)
  const mac = macFor(`bridge ${names.bridge}`)
  const hostVeth = hostVethName({ containerId, ifName })
  const containerMac = macFor(`container end of ${hostVeth}`)
  const { before } = eni

  return {
    network: [
      bridge({ name: names.bridge, mac, mtu, alias: networkAlias({ network, eni: eni.name, mac: eni.mac, before }) }),
      dummy({ name: names.dummy, altName: names.dummyAltName, mac, mtu, master: names.bridge }),
      ...proxyArp(names.bridge),
      forwarding({ dev: names.bridge }),
    ],
    eni: [linkUp({ name: eni.name, before }), forwarding({ dev: eni.name, before: before.forwarding })],
    endpoint: [
      veth({
        name: hostVeth,
        mac: macFor(`host end of ${hostVeth}`),
        mtu,
        master: names.bridge,
        alias: endpointAlias({ network, containerId, ifName }),
        peer: { name: ifName, netns, mac: containerMac },
      }),
      ...addresses.map((each) => route({ destination: hostPrefix(each), dev: names.bridge })),
    ],
    container: within(netns, [
      ...addresses.map((each) => address({ dev: ifName, address: each })),
      route({ destination: '0.0.0.0/0', gateway, dev: ifName, onlink: true }),
      neighbour({ dev: ifName, address: gateway, mac }),
    ]),
    interface: { name: ifName, mac: containerMac, mtu },
  }
}

/** The prefix of an address alone: `192.168.1.43/24` gives `192.168.1.43/32`. */
function hostPrefix(address: string): string {
  return address.replace(/\/.*/, '/32')
}
