import { address } from '@vpc-bridge/address'
import type { Family, KernelError, Netns } from '@vpc-bridge/kernel'
import { bridge, dummy, linkUp, veth } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import { acceptRa, forwarding, inet6Forwarding, inet6ForwardingOn, neighbour, proxyArp, route } from '@vpc-bridge/route'
import type { Step } from '@vpc-bridge/step'
import { type EniBefore, endpointAlias, networkAlias } from './alias.ts'
import { type EndpointIdentity, hostVethName, macFor, networkNames } from './names.ts'

/** A container's endpoint on a VPC network in L3 mode. */
export interface L3Endpoint extends EndpointIdentity {
  /** Name of the network. */
  readonly network: string
  readonly eni: SharedEni
  /** The IP versions that the network carries: those of this endpoint, and those of the endpoints before it. */
  readonly families: readonly Family[]
  /** Path of the container's network namespace. */
  readonly netns: string
  /** Addresses of the container, with the prefix length of their subnet. */
  readonly addresses: readonly string[]
  /** Address of the VPC's router, for IPv4. */
  readonly gateway?: string
  /** MAC address of the container's interface. Absent: one that is made of the endpoint's identity. */
  readonly mac?: string
  /** Of all links, in bytes. */
  readonly mtu: number
}

/** The network interface that a network's endpoints share. */
interface SharedEni {
  readonly name: string
  readonly index: number
  readonly mac: string
  /** How it was before the network came. */
  readonly before: EniBefore
}

/** An interface as a result tells of it. */
interface MadeInterface {
  readonly name: string
  readonly mac: string
  /** In bytes. */
  readonly mtu: number
}

/** The steps, in the order in which they are applied. All endpoints of a network share the first two parts. */
export interface EndpointSteps {
  /** The bridge, which keeps the record of how the ENI was before: it has to outlive the second part. */
  readonly network: readonly Step<Netns, KernelError>[]
  /** The settings of the ENI. */
  readonly eni: readonly Step<Netns, KernelError>[]
  /** The veth pair, whose near end is a port of the bridge: from then on the network is in use. */
  readonly port: readonly Step<Netns, KernelError>[]
  /** On the host: the routes to it. */
  readonly endpoint: readonly Step<Netns, KernelError>[]
  /** In the container: what the pair's far end is given. */
  readonly container: readonly Step<Netns, KernelError>[]
  /** The interface that the container gets. */
  readonly interface: MadeInterface
  /** The interfaces of the host that it is connected by. */
  readonly hostInterfaces: readonly MadeInterface[]
  /** The router that the container sees. */
  readonly gateways: Readonly<Partial<Record<Family, string>>>
}

/**
 * What makes an L3 endpoint: the host routes between a bridge, on which the containers are, and the ENI. The containers
 * see the VPC's router behind the bridge's MAC address; the VPC sees the containers' addresses behind the ENI's.
 */
export function l3Veth({
  network,
  eni,
  containerId,
  ifName,
  netns,
  addresses,
  mtu,
  ...wanted
}: L3Endpoint): EndpointSteps {
  const names = networkNames(network, eni)
  const mac = macFor(`bridge ${names.bridge}`)
  const hostVeth = hostVethName({ containerId, ifName })
  const hostMac = macFor(`host end of ${hostVeth}`)
  const containerMac = wanted.mac ?? macFor(`container end of ${hostVeth}`)
  const { before } = eni
  const [inet, inet6] = [wanted.families.includes('inet'), wanted.families.includes('inet6')]
  const gateways = gatewaysOf(addresses, wanted.gateway)

  return {
    network: [
      bridge({ name: names.bridge, mac, mtu, alias: networkAlias({ network, eni: eni.name, mac: eni.mac, before }) }),
      dummy({ name: names.dummy, altName: names.dummyAltName, mac, mtu, master: names.bridge }),
      ...(inet ? [...proxyArp(names.bridge), forwarding({ dev: names.bridge })] : []),
      // A container must not be able to advertise a route to the host (CVE-2020-10749).
      ...(inet6
        ? [
            acceptRa({ dev: names.bridge, accept: 'never' }),
            address({ dev: names.bridge, address: `${localRouter}/64` }),
          ]
        : []),
    ],
    eni: [
      linkUp({ name: eni.name, before }),
      ...(inet ? [forwarding({ dev: eni.name, before: before.forwarding })] : []),
      ...(inet6 ? inet6Through(eni.name, names.bridge, before) : []),
    ],
    port: [
      veth({
        name: hostVeth,
        mac: hostMac,
        mtu,
        master: names.bridge,
        alias: endpointAlias({ network, containerId, ifName, addresses }),
        peer: { name: ifName, netns, mac: containerMac },
      }),
    ],
    endpoint: addresses.map((each) => route({ destination: hostPrefix(each), dev: names.bridge })),
    container: within(netns, [
      ...addresses.map((each) => address({ dev: ifName, address: isInet6(each) ? hostPrefix(each) : each })),
      ...Object.values(gateways).flatMap((gateway) => [
        route({ destination: isInet6(gateway) ? '::/0' : '0.0.0.0/0', gateway, dev: ifName, onlink: true }),
        neighbour({ dev: ifName, address: gateway, mac }),
      ]),
    ]),
    interface: { name: ifName, mac: containerMac, mtu },
    hostInterfaces: [
      { name: hostVeth, mac: hostMac, mtu },
      { name: names.bridge, mac, mtu },
    ],
    gateways,
  }
}

/**
 * The bridge's link-local address, which is the router of IPv6. Not one made of its MAC address, which the kernel may give
 * the bridge by itself, after a search for duplicates that takes a second.
 */
const localRouter = 'fe80::1'

function gatewaysOf(addresses: readonly string[], gateway: string | undefined): EndpointSteps['gateways'] {
  return {
    ...(gateway !== undefined && addresses.some((each) => !isInet6(each)) ? { inet: gateway } : {}),
    ...(addresses.some(isInet6) ? { inet6: localRouter } : {}),
  }
}

/** Forwarding of IPv6; router advertisements are taken care of before, or the host would lose its default route. */
function inet6Through(eni: string, bridgeName: string, { inet6 }: EniBefore): readonly Step<Netns, KernelError>[] {
  return [
    acceptRa({ dev: eni, accept: 'always', ...(inet6 === undefined ? {} : { before: inet6.acceptRa }) }),
    inet6Forwarding(),
    inet6ForwardingOn({ dev: eni, ...(inet6 === undefined ? {} : { before: inet6.forwarding }) }),
    inet6ForwardingOn({ dev: bridgeName }),
  ]
}

/** The prefix of an address alone: `192.168.1.43/24` gives `192.168.1.43/32`. */
export function hostPrefix(address: string): string {
  return address.replace(/\/.*/, isInet6(address) ? '/128' : '/32')
}

function isInet6(address: string): boolean {
  return address.includes(':')
}
