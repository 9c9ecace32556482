import { encodeUtf8 } from '@vpc-bridge/runtime'

/**
 * Tells one endpoint from another: a container may have several, on one network too.
 *
 * @see https://github.com/containernetworking/cni/blob/main/SPEC.md (attachment)
 */
export interface EndpointIdentity {
  /** CNI_CONTAINERID. */
  readonly containerId: string
  /** Name of the interface in the container, CNI_IFNAME: at most 15 bytes. */
  readonly ifName: string
}

/** Returns true for two records of the same endpoint, on whatever network. */
export function isSameEndpoint(one: EndpointIdentity, other: EndpointIdentity): boolean {
  return one.containerId === other.containerId && one.ifName === other.ifName
}

/**
 * The longest name of a network that leaves room in an alias for a container ID of 64 digits and addresses of both IP versions. The
 * kernel takes an alternative name that is made of it, too (ALTIFNAMSIZ, 128).
 */
const maxRecordedName = 63

/**
 * Returns the name that records know a network by: its own; of a long one the beginning and 64 bits of a hash, joined by a character
 * that no name of a network has.
 */
export function recordedName(network: string): string {
  if (network.length <= maxRecordedName) return network
  const hash = digest(network)
  return `${network.slice(0, maxRecordedName - 1 - hash.length)}~${hash}`
}

/**
 * Returns the name of an endpoint's link on the host, most often an end of its veth pair: 44 bits of a hash, so that no two endpoints
 * of a host share one.
 *
 * @param prefix four letters at most: a link's name has at most 15 bytes
 */
export function hostVethName({ containerId, ifName }: EndpointIdentity, prefix = 'veth'): string {
  return `${prefix}${digest(`${containerId}\0${ifName}`).slice(0, 11)}`
}

/**
 * Returns a MAC address for a link, the same each time: an interrupted ADD finds its links as it wants them. Chosen here and not
 * by the kernel, since systemd rewrites those that the kernel chose, a moment after it sees them.
 *
 * @param seed names the link; different seeds give different addresses
 * @returns a locally administered unicast address (IEEE 802, 46 bits of the hash)
 */
export function macFor(seed: string): string {
  const hash = digest(seed)
  const first = (Number.parseInt(hash.slice(0, 2), 16) & 0xfc) | 0x02
  const others = [2, 4, 6, 8, 10].map((start) => hash.slice(start, start + 2))
  return [first.toString(16).padStart(2, '0'), ...others].join(':')
}

/** Returns the MAC address of an endpoint's interface in the container, unless one is chosen. */
export function containerMac(endpoint: EndpointIdentity): string {
  return macFor(`container end of ${hostVethName(endpoint)}`)
}

/**
 * Returns 64 bits of hash as 16 hexadecimal digits: FNV-1a (RFC 9923). To tell names apart it is as good as a cryptographic
 * hash. In two halves, since the small engine's BigInt.asUintN and its hexadecimal digits of a bigint are wrong.
 */
export function digest(text: string): string {
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
