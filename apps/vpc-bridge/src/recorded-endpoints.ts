import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { hostOf } from '@vpc-bridge/kernel/ip'
import { isSameEndpoint } from '@vpc-bridge/plugin'
import type { ResultAsync } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { locateNetwork, type Network } from './locate-network.ts'

/**
 * The endpoints of a network, by the aliases of the interfaces of its bridge's namespace. One whose interface is a port of another
 * bridge is of another network, if by the same name: on another ENI.
 */
export function endpointsAmong(
  links: readonly Link[],
  network: string,
  { bridge }: Pick<Network, 'bridge'>,
): readonly EndpointRecord[] {
  return links.flatMap(({ alias, master }) => {
    const record = readEndpointAlias(alias)
    const isHere = master === undefined || master === bridge?.index
    return record?.network === network && isHere ? [record] : []
  })
}

/** As {@link endpointsAmong}, of the network that is found by now. */
export function endpointsIn(site: Netns, attachment: Attachment): ResultAsync<readonly EndpointRecord[], KernelError> {
  return locateNetwork(site, attachment).andThen((network) =>
    site.links().map((links) => endpointsAmong(links, attachment.network, network)),
  )
}

/** Who of a network's other endpoints has which of an endpoint's addresses. */
export function holdersOf(
  site: Netns,
  attachment: Attachment,
): ResultAsync<ReadonlyMap<string, EndpointRecord>, KernelError> {
  const { addresses } = attachment
  return endpointsIn(site, attachment).map((records) => {
    const others = records.filter((record) => !isSameEndpoint(record, attachment))
    return new Map(
      others.flatMap((record) => {
        const held = record.addresses.map(hostOf)
        return addresses
          .filter((address) => held.includes(hostOf(address)))
          .map((address) => [address, record] as const)
      }),
    )
  })
}
