import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { bridge, bridgePort, tap, veth } from '@vpc-bridge/link'
import { within } from '@vpc-bridge/netns'
import { type EndpointIdentity, isSameEndpoint, macFor } from '@vpc-bridge/plugin'
import { revertedIf } from '@vpc-bridge/step'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { tapNames } from '../network/names.ts'
import { recordAlias } from '../record-text.ts'
import { endpointAlias, readEndpointAlias } from './endpoint-record.ts'
import type { Endpoint, InterfaceSteps } from './model.ts'

/**
 * A TAP interface in the container for a virtual machine: a bridge joins it with the veth pair. The addresses, and the MAC
 * address that the container is known by, are the machine's: the links between have others, since a bridge keeps for itself
 * what is addressed to its ports.
 */
export function tapInterface(endpoint: Endpoint, userId: number): InterfaceSteps {
  const { ifName, netns, mtu, hostLink, names } = endpoint
  const inner = tapNames(endpoint)
  const alias = recordAlias(endpointAlias(endpoint))
  const macOf = (what: string) => macFor(`${what} of ${hostLink.name}`)
  return {
    port: [
      veth({
        ...hostLink,
        mtu,
        master: names.bridge,
        peer: { name: inner.veth, netns, mac: macOf('inner veth') },
      }),
    ],
    container: within(netns, [
      bridge({ name: inner.bridge, mac: macOf('inner bridge'), mtu, alias }),
      bridgePort({ dev: inner.veth, bridge: inner.bridge }),
      revertedIf(
        tap({ name: ifName, owner: userId, mac: macOf('TAP interface'), mtu, master: inner.bridge, alias }),
        (container) => isOwnTap(container, endpoint),
      ),
    ]),
  }
}

type NetworkEndpoint = EndpointIdentity & Pick<Endpoint, 'network'>

/**
 * Whether a TAP interface in the container is an endpoint's: by its record, or, if an ADD was killed before it got one, by
 * the bridge that is there for it alone.
 */
export function isOwnTap(container: Netns, endpoint: NetworkEndpoint): ResultAsync<boolean, KernelError> {
  return safeTry<boolean, KernelError>(async function* () {
    const link = yield* container.link(endpoint.ifName)
    if (link?.kind !== 'tun') return ok(false)
    if (link.alias === undefined) return ok((yield* container.link(tapNames(endpoint).bridge)) !== undefined)
    const record = readEndpointAlias(link.alias)
    return ok(record?.network === endpoint.network && isSameEndpoint(record, endpoint))
  })
}
