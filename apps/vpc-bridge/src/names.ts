import { encodeUtf8 } from '@vpc-bridge/runtime'

/** The kernel's limit for the primary name of an interface, in bytes (IFNAMSIZ less the terminator). */
export const maxInterfaceName = 15

/** What a network on an ENI is called in the kernel. */
export interface NetworkNames {
  readonly bridge: string
  readonly dummy: string
  /** The dummy's other name, by which those who know the reference plugin find it. */
  readonly dummyAltName: string
}

/**
 * The names of the links that the endpoints of a network share.
 *
 * @param network name of the network, from its configuration
 * @param eni the ENI's name and interface index
 */
export function networkNames(network: string, eni: { readonly name: string; readonly index: number }): NetworkNames {
  const bridge = `${network}br${eni.index}`
  const byName = `${network}br${eni.name}dummy`
  const byIndex = `${bridge}dummy`
  if (byName.length <= maxInterfaceName) return { bridge, dummy: byName, dummyAltName: byIndex }
  if (byIndex.length <= maxInterfaceName) return { bridge, dummy: byIndex, dummyAltName: byName }
  return { bridge, dummy: `dummy${digest(bridge).slice(0, 10)}`, dummyAltName: byName }
}

/** MAC address of a network's bridge in L3, which is that of its dummy link, too. */
export function bridgeMacFor(bridge: string): string {
  return macFor(`bridge ${bridge}`)
}

/** The index in the name of a network's bridge: that of the ENI when the network was made. `undefined` when it is no such name. */
export function indexInBridgeName(network: string, bridge: string): number | undefined {
  const prefix = `${network}br`
  const digits = bridge.startsWith(prefix) ? bridge.slice(prefix.length) : ''
  return /^[1-9]\d*$/.test(digits) ? Number(digits) : undefined
}

/** What tells one endpoint from another: the same container may have several, on the same network. */
export interface EndpointIdentity {
  readonly containerId: string
  /** Name of the interface in the container. */
  readonly ifName: string
}

/** Whether two are the same endpoint, on whatever network. */
export function isSameEndpoint(one: EndpointIdentity, other: EndpointIdentity): boolean {
  return one.containerId === other.containerId && one.ifName === other.ifName
}

/** Name of the host's end of an endpoint's veth pair: 44 bits of a hash, so that no two endpoints of a host share one. */
export function hostVethName({ containerId, ifName }: EndpointIdentity): string {
  return `veth${digest(`${containerId}\0${ifName}`).slice(0, 11)}`
}

/** What an endpoint's links in the container are called that join its TAP interface with the host: a container may have several. */
export function tapNames({ containerId, ifName }: EndpointIdentity): {
  readonly bridge: string
  readonly veth: string
} {
  const hash = digest(`${containerId}\0${ifName}`).slice(0, 10)
  return { bridge: `tapbr${hash}`, veth: `tapve${hash}` }
}

/**
 * A MAC address for an interface of ours, the same each time: an interrupted ADD finds its links as it wants them. Chosen
 * here and not by the kernel, since systemd rewrites those that the kernel chose, a moment after it sees them.
 *
 * @param seed what the interface is for; different seeds give different addresses
 * @returns a locally administered unicast address (IEEE 802, 46 bits of the hash)
 */
export function macFor(seed: string): string {
  const hash = digest(seed)
  const first = (Number.parseInt(hash.slice(0, 2), 16) & 0xfc) | 0x02
  const others = [2, 4, 6, 8, 10].map((start) => hash.slice(start, start + 2))
  return [first.toString(16).padStart(2, '0'), ...others].join(':')
}

/**
 * Returns 64 bits of hash as 16 hexadecimal digits: FNV-1a (RFC 9923). To tell names apart it is as good as a cryptographic
 * hash. In two halves, since the small engine's BigInt.asUintN and its hexadecimal digits of a bigint are wrong.
 */
function digest(text: string): string {
  let [high, low] = [0xcbf29ce4, 0x84222325]
  for (const byte of encodeUtf8(text)) {
    low = (low ^ byte) >>> 0
    // Times the prime, which is 2^40 + 0x1b3.
    const product = low * 0x1b3
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0
    low = product >>> 0
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
}
