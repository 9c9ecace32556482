import { type KernelError, type Link, lookUpOnce, type Netns } from '@vpc-bridge/kernel'
import { findEni } from '@vpc-bridge/link'
import { isNoNetns } from '@vpc-bridge/netns'
import { hostVethName, isSameEndpoint } from '@vpc-bridge/plugin'
import { anyTable } from '@vpc-bridge/route'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type EniBefore, readEndpointAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { type EndpointSteps, endpointSteps } from './endpoint.ts'
import type { Failure } from './failure.ts'
import { locateNetwork, type Network } from './locate-network.ts'
import { networkNames } from './names.ts'
import { isForeignRecord } from './record-text.ts'
import { isReferenceVeth, referenceVethName } from './reference-plugin.ts'
import { siteIfThere } from './site.ts'

/** What a removal finds of a network and an endpoint. */
export interface Scene {
  readonly host: Netns
  /** The namespace of the network's bridge; `undefined`: it is gone. */
  readonly site: Netns | undefined
  readonly network: Network
  /** The host's end of the endpoint's veth pair, be it of the reference plugin; `undefined`: missing. */
  readonly near: Link | undefined
}

/** Looks for a network, and for an endpoint on it. */
export function lookAround(outer: Netns, attachment: Attachment): ResultAsync<Scene, Failure> {
  const host = lookUpOnce(outer)
  return safeTry<Scene, Failure>(async function* () {
    const site = (yield* siteIfThere(host, attachment))?.netns
    if (site === undefined) {
      return ok({ host, site, network: yield* withoutSite(host, attachment), near: undefined })
    }
    const named = yield* site.link(hostVethName(attachment))
    const own = isForeignRecord(named?.alias) ? undefined : (named ?? (yield* renamedEnd(site, attachment)))
    const near = own ?? (yield* referenceEnd(host, site, attachment))
    const network = yield* locateNetwork(site, attachment, {
      home: host,
      ...(near === undefined ? {} : { port: near }),
    })
    const isIts = own !== undefined || near?.master === network.bridge?.index
    return ok({ host, site, network, near: isIts ? near : undefined })
  })
}

/** What is known of a network that went with its namespace. The ENI may be on its way home. */
function withoutSite(host: Netns, { network, eni: wanted }: Attachment): ResultAsync<Network, KernelError> {
  return findEni(host, wanted).map((eni) => {
    const { name, index } = eni ?? { name: wanted.by === 'name' ? wanted.name : '', index: 0 }
    const found = eni === undefined ? {} : { eni }
    return { names: networkNames(network, { name, index }), recordedEni: name, isEniInPlace: false, ...found }
  })
}

/** The host's end of a veth pair that somebody has renamed: its record tells whose it is. */
function renamedEnd(site: Netns, attachment: Attachment): ResultAsync<Link | undefined, KernelError> {
  return site.links().map((links) =>
    links.find(({ kind, alias }) => {
      const record = kind === 'veth' ? readEndpointAlias(alias) : undefined
      return record?.network === attachment.network && isSameEndpoint(record, attachment)
    }),
  )
}

/** How short container IDs can be for the reference plugin to have connected them. */
const shortestId = 8

/**
 * The host's end of a veth pair that the reference plugin made for a container. Other containers' IDs may begin the same: where
 * the container's interface can be looked at, it has to be the other end.
 */
function referenceEnd(
  host: Netns,
  site: Netns,
  { containerId, ifName, netns, interfaceType }: Attachment,
): ResultAsync<Link | undefined, KernelError> {
  return safeTry<Link | undefined, KernelError>(async function* () {
    if (containerId.length < shortestId) return ok(undefined)
    const near = yield* site.link(referenceVethName(containerId))
    if (near === undefined || !isReferenceVeth(near)) return ok(undefined)
    const container = netns === undefined ? undefined : yield* optional(host.open(netns))
    if (container === undefined || interfaceType.type === 'tap') return ok(near)
    const far = yield* container.link(ifName)
    return ok(far?.index === near.peer && far?.peer === near.index ? near : undefined)
  })
}

/** A namespace, if its path leads to one. */
export function optional(netns: ResultAsync<Netns, KernelError>): ResultAsync<Netns | undefined, KernelError> {
  return netns.orElse((error) => (isNoNetns(error) ? okAsync(undefined) : errAsync(error)))
}

/**
 * The steps of an endpoint as it was made, whatever the configuration says by now.
 *
 * @param known how the ENI was before, and the number of the network's own table, if it has one
 */
export function stepsOnceMade(
  { site: _, network, near }: Scene,
  attachment: Attachment,
  { before, table }: { readonly before: EniBefore; readonly table: number | undefined },
): EndpointSteps {
  const { names, bridgeType = attachment.bridgeType, bridgeMac, eni, recordedEni } = network
  return endpointSteps({
    ...attachment,
    names,
    bridgeType,
    ...(bridgeMac === undefined ? {} : { bridgeMac }),
    ...(near === undefined ? {} : { hostEnd: near.name }),
    ...(table === undefined ? {} : { ownTable: anyTable(table) }),
    netns: attachment.netns ?? '',
    families: before.inet6 === undefined ? ['inet'] : ['inet', 'inet6'],
    eni: { name: eni?.name ?? recordedEni, recordedAs: recordedEni, mac: '', before },
  })
}
