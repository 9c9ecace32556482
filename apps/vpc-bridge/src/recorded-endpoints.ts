import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { hostOf } from './ip-text.ts'
import { locateNetwork, noEni } from './locate-network.ts'
import { isSameEndpoint, networkNames } from './names.ts'

/**
 * The endpoints of a network, by the aliases of interfaces. One whose interface is a port of another bridge is of another
 * network, if by the same name: on another ENI.
 */
export function endpointsIn(site: Netns, attachment: Attachment): ResultAsync<readonly EndpointRecord[], KernelError> {
  return safeTry<readonly EndpointRecord[], KernelError>(async function* () {
    const eni = (yield* locateNetwork(site, attachment)) ?? noEni
    const bridge = yield* site.link(networkNames(attachment.network, eni).bridge)
    const links = yield* site.links()
    return ok(
      links.flatMap(({ alias, master }) => {
        const record = readEndpointAlias(alias)
        const isHere = master === undefined || master === bridge?.index
        return record?.network === attachment.network && isHere ? [record] : []
      }),
    )
  })
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
