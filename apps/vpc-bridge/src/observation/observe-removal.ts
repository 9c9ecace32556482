import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { findCard } from '@vpc-bridge/link'
import type { Adopted, Endpoint, Removing } from '@vpc-bridge/plugin'
import { anyTable, recoveredTable } from '@vpc-bridge/route'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { VpcConfig } from '../config/vpc-config.ts'
import { begunNetwork } from '../network/begun-network.ts'
import { locateNetwork } from '../network/locate-network.ts'
import { isReferenceVeth, referenceVethName } from '../network/reference-plugin.ts'
import { isForeignRecord } from '../record-text.ts'
import { isEniShared, sweepingOf, toPutBack } from './put-back.ts'
import { noObstacles, noRemoval, type Removal, untouched, type View } from './view.ts'

/** Reads all that a removal needs to know of the host. */
export function observeRemoval(removing: Removing, endpoint: Endpoint<VpcConfig>): ResultAsync<View, KernelError> {
  const { host, network: site, networkPath, hostLink, of, record } = removing
  const view = { networkPath, withoutDefault: [], obstacles: noObstacles }
  const wanted = { network: endpoint.network, eni: endpoint.config.eni }
  return safeTry<View, KernelError>(async function* () {
    if (site === undefined) {
      // What it was made of went with the namespace. The ENI may be on its way home.
      const eni = yield* findCard(host, wanted.eni)
      const network = { ...begunNetwork(wanted, undefined, [], eni), eni, isEniInPlace: false }
      return ok({ ...view, network, before: untouched, families: [], ownTable: undefined, removal: noRemoval })
    }
    const own = isForeignRecord(hostLink?.alias) ? undefined : hostLink
    const reference = own === undefined ? yield* referenceEnd(site, removing, endpoint) : undefined
    const port = own ?? reference?.link
    const located = yield* locateNetwork(site, wanted, { home: host, ...(port === undefined ? {} : { port }) })
    const network = { bridgeType: endpoint.config.bridgeType, ...located }
    const isIts = reference?.link.master === network.bridge?.index
    const known = record?.addresses ?? []
    const addresses = known.length > 0 ? known : endpoint.ips.map(({ address }) => address)
    // Who deletes the bridge deletes its record as well.
    const table =
      of === 'network' || network.record !== undefined
        ? network.record?.table
        : yield* recoveredTable(site, () => okAsync([...addresses, ...(reference?.addresses ?? [])]))
    const ownTable = table === undefined ? undefined : anyTable(table)
    const adopted = isIts ? reference : undefined
    const isElsewhere = network.foreign !== undefined && own === undefined && adopted === undefined
    if (of === 'endpoint') {
      const removal = { ...noRemoval, adopted, isElsewhere }
      return ok({ ...view, network, before: untouched, families: ['inet'] as const, ownTable, removal })
    }
    const links = yield* site.links()
    const isShared = isEniShared(network, links)
    const before = yield* toPutBack(site, network, links, isShared)
    // Of a bridge that another process has deleted the dummy link alone may tell which mode it was.
    const isL3 = located.bridgeType === undefined && links.some(({ name }) => name === network.names.dummy)
    const made = isL3 ? { ...network, bridgeType: 'L3' as const } : network
    const removal: Removal = {
      adopted,
      isElsewhere,
      isShared,
      // Another card may have the name of one that is gone.
      isReplaced: network.eni === undefined && links.some(({ name }) => name === network.recordedEni),
      sweeping: yield* sweepingOf(site, network, links),
    }
    return ok({ ...view, network: made, before, families: familiesBefore(before), ownTable, removal })
  })
}

function familiesBefore({ inet6 }: View['before']): View['families'] {
  return inet6 === undefined ? ['inet'] : ['inet', 'inet6']
}

/** The length of the shortest container ID that the reference plugin can have connected. */
const shortestId = 8

/**
 * Finds the host end of a veth pair that the reference plugin made for a container, and the container's addresses. Other containers'
 * IDs may begin the same: where the container's interface can be looked at, it has to be the other end.
 */
function referenceEnd(
  site: Netns,
  { container }: Removing,
  { containerId, ifName, config }: Endpoint<VpcConfig>,
): ResultAsync<Adopted | undefined, KernelError> {
  return safeTry<Adopted | undefined, KernelError>(async function* () {
    if (containerId.length < shortestId) return ok(undefined)
    const link: Link | undefined = yield* site.link(referenceVethName(containerId))
    if (link === undefined || !isReferenceVeth(link)) return ok(undefined)
    if (container === undefined) return ok({ link, addresses: [] })
    const found = yield* container.addresses(ifName).orElse(() => okAsync([]))
    const addresses = found.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'))
    if (config.interface.type === 'tap') return ok({ link, addresses })
    const inside = yield* container.link(ifName)
    return ok(inside?.index === link.peer && inside?.peer === link.index ? { link, addresses } : undefined)
  })
}
