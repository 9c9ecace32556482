import { bridge, bridgePort, tap, veth } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import { okAsync } from 'neverthrow'
import { endpointAlias, readEndpointAlias } from './alias.ts'
import type { Endpoint, InterfaceSteps, Steps } from './endpoint.ts'
import { type EndpointIdentity, macFor, tapNames } from './names.ts'
import type { HostEnd } from './veth-interface.ts'

/**
 * A TAP interface in the container for a virtual machine: a bridge joins it with the veth pair. The addresses, and the MAC
 * address that the container is known by, are the machine's: the links between have others, since a bridge keeps for itself
 * what is addressed to its ports.
 */
export function tapInterface(
  endpoint: Endpoint,
  { name, mac, bridge: outer }: HostEnd,
  userId: number,
): InterfaceSteps {
  const { ifName, netns, mtu } = endpoint
  const inner = tapNames(endpoint)
  const alias = endpointAlias(endpoint)
  const macOf = (what: string) => macFor(`${what} of ${name}`)
  return {
    port: [veth({ name, mac, mtu, master: outer, alias, peer: { name: inner.veth, netns, mac: macOf('inner veth') } })],
    container: within(netns, [
      bridge({ name: inner.bridge, mac: macOf('inner bridge'), mtu, alias }),
      bridgePort({ dev: inner.veth, bridge: inner.bridge }),
      ifOurs(
        endpoint,
        tap({ name: ifName, owner: userId, mac: macOf('TAP interface'), mtu, master: inner.bridge, alias }),
      ),
    ]),
  }
}

/** Reverting leaves an interface of that name that is another endpoint's, or somebody else's. */
function ifOurs({ containerId, ifName }: EndpointIdentity, step: Steps[number]): Steps[number] {
  return {
    ...step,
    revert: (netns) =>
      netns.link(ifName).andThen((link) => {
        const record = readEndpointAlias(link?.alias)
        const isOurs = record?.containerId === containerId && record.ifName === ifName
        return isOurs ? step.revert(netns) : okAsync('absent' as const)
      }),
  }
}
