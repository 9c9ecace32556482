import { longestLinkName } from '@vpc-bridge/kernel'
import { bridgeName, digest, type EndpointIdentity, macFor } from '@vpc-bridge/plugin'

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
  if (byName.length <= longestLinkName) return { bridge, dummy: byName, dummyAltName: byIndex }
  if (byIndex.length <= longestLinkName) return { bridge, dummy: byIndex, dummyAltName: byName }
  return { bridge, dummy: `dummy${digest(bridge).slice(0, 10)}`, dummyAltName: byName }
}

/** MAC address of a network's bridge in L3, which is that of its dummy link, too. */
export function bridgeMacFor(bridge: string): string {
  return macFor(`bridge ${bridge}`)
}

/** What an endpoint's links in the container are called that join its TAP interface with the host: a container may have several. */
export function tapNames({ containerId, ifName }: EndpointIdentity): {
  readonly bridge: string
  readonly veth: string
} {
  const hash = digest(`${containerId}\0${ifName}`).slice(0, 10)
  return { bridge: `tapbr${hash}`, veth: `tapve${hash}` }
}
