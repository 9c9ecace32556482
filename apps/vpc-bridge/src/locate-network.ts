import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { type EniIdentity, findEni } from '@vpc-bridge/link'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type NetworkRecord, readNetworkAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import { hostVethName, networkNames } from './names.ts'
import { networksOn } from './recorded-before.ts'

/** The ENI of a network as it was when the network was made: the links of the network are named after it. */
export interface FormerEni {
  readonly name: string
  readonly index: number
}

/** Stands for an ENI that is gone without a trace: no link is named after it, since no interface has index 0. */
export const noEni: FormerEni = { name: '', index: 0 }

/**
 * Finds out which ENI an endpoint's network was made on. It may have gone since, or have come back with another index:
 * then the network's bridge tells, which is found by the endpoint's host veth or by its alias.
 *
 * @returns `undefined` when neither the ENI nor the bridge is there
 */
export function locateNetwork(host: Netns, attachment: Attachment): ResultAsync<FormerEni | undefined, KernelError> {
  return safeTry<FormerEni | undefined, KernelError>(async function* () {
    const { network } = attachment
    const hostVeth = yield* host.link(hostVethName(attachment))
    const eni = yield* findEni(host, attachment.eni)
    const bridge = yield* eni === undefined ? okAsync(undefined) : host.link(networkNames(network, eni).bridge)
    if (bridge !== undefined && (hostVeth?.master ?? bridge.index) === bridge.index) return ok(eni)
    const links = yield* host.links()
    const former =
      links.find(({ index }) => index === hostVeth?.master) ??
      links.find(({ alias }) => isNetworkOf(attachment, readNetworkAlias(alias)))
    return ok(eniOf(network, former) ?? eni)
  })
}

/** Whether a network's bridge exists, be it complete or not. */
export function isMade(site: Netns, attachment: Attachment): ResultAsync<boolean, KernelError> {
  return locateNetwork(site, attachment)
    .andThen((eni) =>
      eni === undefined ? okAsync(undefined) : site.link(networkNames(attachment.network, eni).bridge),
    )
    .map((bridge) => bridge !== undefined)
}

/** The ENI of a network that is there, by the record of its bridge. */
export function formerEni(netns: Netns, network: string, eni: string): ResultAsync<FormerEni | undefined, KernelError> {
  return networksOn(netns, eni).map((bridges) =>
    eniOf(
      network,
      bridges.find(({ alias }) => readNetworkAlias(alias)?.network === network),
    ),
  )
}

function isNetworkOf({ network, eni }: Attachment, record: NetworkRecord | undefined): boolean {
  return record?.network === network && isEniOf(eni, record)
}

function isEniOf(eni: EniIdentity, record: NetworkRecord): boolean {
  return eni.by === 'name' ? eni.name === record.eni : eni.mac === record.mac
}

/** The ENI that a network's bridge was made on, by its record and its name; `undefined` when it is no such bridge. */
export function eniOf(network: string, bridge: Link | undefined): FormerEni | undefined {
  const record = readNetworkAlias(bridge?.alias)
  const index = Number(bridge?.name.slice(`${network}br`.length))
  return record === undefined || !Number.isInteger(index) ? undefined : { name: record.eni, index }
}
