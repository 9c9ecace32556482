import { digest, type EndpointIdentity, macFor } from '@vpc-bridge/plugin'

/** The kernel's limit for the primary name of an interface, in bytes (IFNAMSIZ less the terminator). */
const maxInterfaceName = 15

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
 * @param network name of the network, as records know it
 * @param eni the ENI's name and interface index
 */
export function networkNames(network: string, eni: { readonly name: string; readonly index: number }): NetworkNames {
  const bridge = bridgeName(network, eni.index)
  const byName = `${network}br${eni.name}dummy`
  const byIndex = `${bridge}dummy`
  if (byName.length <= maxInterfaceName) return { bridge, dummy: byName, dummyAltName: byIndex }
  if (byIndex.length <= maxInterfaceName) return { bridge, dummy: byIndex, dummyAltName: byName }
  return { bridge, dummy: `dummy${digest(bridge).slice(0, 10)}`, dummyAltName: byName }
}

/** `<network>br<index>`; of a name that is too long for that the beginning, and up to 20 bits of a hash of all of it. */
function bridgeName(network: string, index: number): string {
  const end = `br${index}`
  const room = maxInterfaceName - end.length
  if (network.length <= room) return `${network}${end}`
  // The last digits: the last characters of a text, in which names differ most often, change the first ones too little.
  const hash = digest(network).slice(-Math.min(5, room))
  return `${network.slice(0, room - hash.length)}${hash}${end}`
}

/** MAC address of a network's bridge in L3, which is that of its dummy link, too. */
export function bridgeMacFor(bridge: string): string {
  return macFor(`bridge ${bridge}`)
}

/** The index in the name of a network's bridge: that of the ENI when the network was made. `undefined` when it is no such name. */
export function indexInBridgeName(network: string, bridge: string): number | undefined {
  const [, digits] = /br([1-9]\d*)$/.exec(bridge) ?? []
  const index = Number(digits)
  return bridgeName(network, index) === bridge ? index : undefined
}

/** What an endpoint's links in the container are called that join its TAP interface with the host: a container may have several. */
export function tapNames({ containerId, ifName }: EndpointIdentity): {
  readonly bridge: string
  readonly veth: string
} {
  const hash = digest(`${containerId}\0${ifName}`).slice(0, 10)
  return { bridge: `tapbr${hash}`, veth: `tapve${hash}` }
}
