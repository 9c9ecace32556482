import {
  type Around,
  bridgeObserver,
  interfaceOf,
  type Known,
  leftoversOf,
  lookAtBridge,
  lookAtCard,
  type Near,
  observeEndpoint,
  type RecordedBridge,
  readSettings,
  usualMtu,
} from '@vpc-bridge/cli'
import { isNamed, type KernelError, type Link } from '@vpc-bridge/kernel'
import { isInet6 } from '@vpc-bridge/kernel/ip'
import { ownTableOf, routedSettings } from '@vpc-bridge/route'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { eniOfRecord, known } from '../network/locate-network.ts'
import { tapNames } from '../network/names.ts'
import { type NetworkRecord, readNetworkAlias } from '../network/network-record.ts'
import { type Blueprint, driftOfEndpoint, driftOfNetwork } from './compare.ts'
import type { Endpoint, Network } from './model.ts'

/** Tells what vpc-bridge has made, and compares it with what an ADD makes. */
export const observer = bridgeObserver<Network, EndpointRecord, NetworkRecord>({
  readEndpoint: readEndpointAlias,
  readNetwork: readNetworkAlias,
  observeNetwork,
  observeStray: (around, near, driftOf) => endpointOf(around, near, undefined, driftOf),
})

function observeNetwork(
  around: Around<EndpointRecord>,
  { link: bridge, record }: RecordedBridge<NetworkRecord>,
  nears: readonly Near<EndpointRecord>[],
): ResultAsync<Network, KernelError> {
  const { site, place, links } = around
  return safeTry<Network, KernelError>(async function* () {
    const { names, bridgeMac } = known({ bridge, record })
    const { network, bridgeType, before, table } = record
    const eni = eniOfRecord(links, record)
    const { name } = eni ?? { name: record.eni }
    const dummy = links.find(
      (link) => isNamed(link, names.dummy) && (link.master === undefined || link.master === bridge.index),
    )
    const addresses = nears.flatMap((near) => near.record.addresses)
    const families = [
      ...(addresses.some((address) => !isInet6(address)) ? (['inet'] as const) : []),
      ...(before.inet6 === undefined ? [] : (['inet6'] as const)),
    ]
    const ownTable =
      table === undefined ? undefined : yield* ownTableOf(site, { dev: name, families, table }, () => okAsync([]))
    const recorded = { name: record.eni, mac: record.mac }
    const blueprint: Blueprint = {
      network,
      bridgeType,
      bridge,
      names,
      bridgeMac,
      bridgeNetns: place?.path,
      eni: { name, mac: record.mac, recorded, before },
      families,
      ownTable,
      mtu: usualMtu([bridge, ...(dummy === undefined ? [] : [dummy]), ...nears.map(({ link }) => link)]),
    }
    const drift = await driftOfNetwork(blueprint, eni, around)
    const endpoints: Endpoint[] = []
    for (const near of nears) {
      endpoints.push(
        yield* endpointOf(around, near, bridge, (...found) => driftOfEndpoint(blueprint, around, ...found)),
      )
    }
    const isL2 = bridgeType === 'L2'
    const translation = isL2 ? yield* site.macTranslation(name) : undefined
    const isCutOff = ownTable !== undefined && families.includes('inet') && ownTable.routes.inet === undefined
    const cutOff = isCutOff ? [{ what: `the default route of table ${ownTable.table} is missing` }] : []
    const ownPorts = [dummy, eni].flatMap((link) => link?.name ?? [])
    return ok({
      name: network,
      ...(place === undefined ? {} : { netns: place }),
      bridgeType,
      eni: yield* lookAtCard(site, recorded, eni),
      bridge: yield* lookAtBridge(site, bridge, links),
      ...(dummy === undefined
        ? {}
        : { dummy: { ...interfaceOf(dummy), altNames: dummy.altNames, isPort: dummy.master === bridge.index } }),
      ...(translation === undefined ? {} : { macTranslation: translation }),
      settings: isL2 ? [] : yield* readSettings(site, routedSettings(name, bridge.name, families)),
      endpoints,
      drift: [...drift, ...cutOff, ...leftoversOf(around, bridge, { endpoints, ownPorts })],
    })
  })
}

/** Tells what there is of an endpoint. */
function endpointOf(
  around: Around<EndpointRecord>,
  near: Near<EndpointRecord>,
  bridge: Link | undefined,
  driftOf: Known<EndpointRecord>['driftOf'],
): ResultAsync<Endpoint, KernelError> {
  const { link, record } = near
  const isPort = bridge !== undefined && link.master === bridge.index
  // To a TAP interface leads a bridge, whose port the pair's end is.
  const farNames = [tapNames(record).veth]
  return observeEndpoint(around, near, { farNames, isPort, driftOf }).map((endpoint) => ({
    ...endpoint,
    isPort,
    interfaceType: record.interfaceType.type,
  }))
}
