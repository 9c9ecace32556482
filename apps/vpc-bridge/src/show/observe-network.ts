import {
  interfaceOf,
  type Known,
  type Near,
  observeEndpoint,
  type Surroundings,
  toCommand,
  withoutLocal,
} from '@vpc-bridge/cli'
import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { hostPrefix, isInet6 } from '@vpc-bridge/kernel/ip'
import type { Compare, Drift } from '@vpc-bridge/plugin'
import { ownTableOf } from '@vpc-bridge/route'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { eniOfRecord, known } from '../network/locate-network.ts'
import { tapNames } from '../network/names.ts'
import type { NetworkRecord } from '../network/network-record.ts'
import { mostPorts } from '../observation/lacks.ts'
import { type Blueprint, driftOfEndpoint, driftOfNetwork } from './compare.ts'
import type { Endpoint, Eni, Network } from './model.ts'
import { readSettings } from './settings.ts'

/** A bridge that carries the record of a network. */
export interface Bridge {
  readonly link: Link
  readonly record: NetworkRecord
}

/** What was looked up once, for all networks of a namespace. */
export interface Around extends Surroundings<EndpointRecord> {
  readonly compare: Compare
}

/** Tells what there is of a network and its endpoints, and how it differs from what an ADD makes. */
export function observeNetwork(
  around: Around,
  { link: bridge, record }: Bridge,
  nears: readonly Near<EndpointRecord>[],
): ResultAsync<Network, KernelError> {
  const { site, place, links, compare } = around
  return safeTry<Network, KernelError>(async function* () {
    const { names, bridgeMac } = known({ bridge, record })
    const eni = eniOfRecord(links, record)
    const dummy = links.find(
      ({ name, altNames, master }) =>
        (name === names.dummy || altNames.includes(names.dummy)) && (master === undefined || master === bridge.index),
    )
    const ofAll = [bridge, ...(dummy === undefined ? [] : [dummy]), ...nears.map(({ link }) => link)]
    const addresses = nears.flatMap((near) => near.record.addresses)
    const families = [
      ...(addresses.some((address) => !isInet6(address)) ? (['inet'] as const) : []),
      ...(record.before.inet6 === undefined ? [] : (['inet6'] as const)),
    ]
    const { table } = record
    const ownTable =
      table === undefined
        ? undefined
        : yield* ownTableOf(site, { dev: eni?.name ?? record.eni, families, table }, () => okAsync([]))
    const blueprint: Blueprint = {
      network: record.network,
      bridgeType: record.bridgeType,
      bridge,
      names,
      ...(bridgeMac === undefined ? {} : { bridgeMac }),
      ...(place === undefined ? {} : { bridgeNetns: place.path }),
      eni: {
        name: eni?.name ?? record.eni,
        mac: record.mac,
        recorded: { name: record.eni, mac: record.mac },
        before: record.before,
      },
      families,
      ...(ownTable === undefined ? {} : { ownTable }),
      mtu: mostFrequent(ofAll.map(({ mtu }) => mtu)),
    }
    const drift = await driftOfNetwork(blueprint, eni, compare)
    const endpoints: Endpoint[] = []
    for (const near of nears) {
      endpoints.push(
        yield* endpointOf(around, near, bridge, (...found) => driftOfEndpoint(blueprint, around, ...found)),
      )
    }
    const isL2 = record.bridgeType === 'L2'
    const translation = isL2 ? yield* site.macTranslation(blueprint.eni.name) : undefined
    const isCutOff = ownTable !== undefined && families.includes('inet') && ownTable.routes.inet === undefined
    const cutOff = isCutOff ? [{ what: `the default route of table ${ownTable.table} is missing` }] : []
    const ports = links.filter(({ master }) => master === bridge.index)
    const unknown = ports.some((port) => ![dummy, eni].includes(port) && readEndpointAlias(port.alias) === undefined)
    const stray = unknown ? [] : strayRoutes(around, bridge.name, endpoints)
    const unused =
      endpoints.length === 0 && !unknown
        ? [{ what: `${bridge.name} is left over: the network has no endpoint`, link: bridge.name }]
        : []
    return ok({
      name: record.network,
      ...(place === undefined ? {} : { netns: place }),
      bridgeType: record.bridgeType,
      eni: yield* observeEni(site, record, eni),
      bridge: {
        ...interfaceOf(bridge),
        addresses: withoutLocal(yield* site.addresses(bridge.name)),
        ports: ports.length,
        mostPorts,
      },
      ...(dummy === undefined
        ? {}
        : { dummy: { ...interfaceOf(dummy), altNames: dummy.altNames, isPort: dummy.master === bridge.index } }),
      ...(translation === undefined ? {} : { macTranslation: translation }),
      settings: isL2
        ? []
        : yield* readSettings(site, { eni: blueprint.eni.name, bridge: bridge.name, families: blueprint.families }),
      endpoints,
      drift: [...drift, ...cutOff, ...stray, ...unused],
    })
  })
}

function observeEni(site: Netns, record: NetworkRecord, link: Link | undefined): ResultAsync<Eni, KernelError> {
  return safeTry<Eni, KernelError>(async function* () {
    if (link === undefined) {
      return ok({ isThere: false as const, name: record.eni, ...(record.mac === '' ? {} : { mac: record.mac }) })
    }
    const addresses = yield* site.addresses(link.name)
    return ok({ isThere: true as const, ...interfaceOf(link), addresses: withoutLocal(addresses) })
  })
}

/** Tells what there is of an endpoint. */
export function endpointOf(
  around: Around,
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

/** Routes for single addresses to the bridge that belong to no endpoint: their container has gone without a DEL. */
function strayRoutes({ place, routes }: Around, bridge: string, endpoints: readonly Endpoint[]): readonly Drift[] {
  // An endpoint that has no record of its addresses does not tell which routes are its own.
  if (endpoints.some(({ addresses }) => addresses.length === 0)) return []
  const wanted = new Set(endpoints.flatMap(({ addresses }) => addresses.map(hostPrefix)))
  return routes
    .filter(
      ({ destination, dev, protocol }) =>
        dev === bridge && /\/(32|128)$/.test(destination) && protocol === 'boot' && !wanted.has(destination),
    )
    .map((route) => ({
      what: `the route to ${route.destination} by ${bridge} leads to no endpoint`,
      link: bridge,
      repair: toCommand({ do: 'delete route', route }, place?.path),
    }))
}

function mostFrequent(values: readonly number[]): number {
  const count = (value: number) => values.filter((each) => each === value).length
  return values.toSorted((one, other) => count(other) - count(one) || other - one)[0] ?? 0
}
