import { commandLine } from '@vpc-bridge/iproute2/command-line'
import type { KernelError, Link, Netns, Route } from '@vpc-bridge/kernel'
import { hostPrefix } from '@vpc-bridge/kernel/ip'
import { isAwayFrom } from '@vpc-bridge/netns'
import { type Compare, comparisonWith, type Drift } from '@vpc-bridge/plugin'
import { ownTableOf } from '@vpc-bridge/route'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { commandFor, toCommand } from '../command-for.ts'
import { type EndpointRecord, readEndpointAlias } from '../endpoint/endpoint-record.ts'
import type { IsInstalled } from '../is-installed.ts'
import { eniOfRecord, known } from '../network/locate-network.ts'
import { type NetworkRecord, readNetworkAlias } from '../network/network-record.ts'
import { mostPorts } from '../observation/lacks.ts'
import { type Blueprint, driftOfEndpoint, driftOfNetwork, endpointWithoutNetwork } from './compare.ts'
import { containerEndOf, type FarEnd, type FarEnds, farEndOf, listFarEnds, withoutLocal } from './far-ends.ts'
import { interfaceOf } from './interface.ts'
import type { Endpoint, Eni, Network, Observation, Place } from './model.ts'
import { readSettings } from './settings.ts'

/** A host's interface that carries the record of an endpoint. */
interface Near {
  readonly link: Link
  readonly record: EndpointRecord
}

/** A bridge that carries the record of a network. */
interface Bridge {
  readonly link: Link
  readonly record: NetworkRecord
}

/** What was looked up once, for all networks of a namespace. */
interface Surroundings {
  readonly site: Netns
  /** Of the site, if it is not the host's own. */
  readonly place?: Place
  readonly links: readonly Link[]
  /** Those of the main tables, of IPv4 and IPv6: a list for each endpoint would take the square of their number. */
  readonly routes: readonly Route[]
  readonly farEnds: FarEnds
  readonly compare: Compare
}

/** What a machine has besides its network configuration. */
export interface Machine {
  /** Where containers may be. */
  readonly places: readonly Place[]
  readonly isInstalled: IsInstalled
}

/**
 * Looks up everything that vpc-bridge has made, by the records that its interfaces carry, and compares it with what an ADD
 * makes. Changes nothing, and needs no configuration.
 */
export function observe(host: Netns, machine: Machine): ResultAsync<Observation, KernelError> {
  return safeTry<Observation, KernelError>(async function* () {
    const observed = [yield* observeIn(host, { netns: host }, machine)]
    for (const site of await otherSites(host, machine.places)) observed.push(yield* observeIn(host, site, machine))
    return ok({
      networks: observed.flatMap(({ networks }) => networks),
      strays: observed.flatMap(({ strays }) => strays),
    })
  })
}

/** A namespace that bridges of ours are in. */
interface Site {
  readonly netns: Netns
  /** Absent: it is the host's own. */
  readonly place?: Place
}

/**
 * The namespaces, other than the host's, that bridges of ours are in, or have been in: an ENI has come there from this host.
 * Those that cannot be entered have none.
 */
async function otherSites(host: Netns, places: readonly Place[]): Promise<readonly Site[]> {
  const sites: Site[] = []
  for (const place of places) {
    const netns = (await host.open(place.path)).unwrapOr(undefined)
    if (netns === undefined || netns.id === host.id || sites.some((each) => each.netns.id === netns.id)) continue
    const links = (await netns.links()).unwrapOr([])
    // Without such a link it may be another host, or belong to one, with networks of its own.
    if (links.some((link) => isAwayFrom(host, link))) sites.push({ netns, place })
  }
  return sites
}

function observeIn(
  host: Netns,
  { netns: site, place }: Site,
  { places, isInstalled }: Machine,
): ResultAsync<Observation, KernelError> {
  return safeTry<Observation, KernelError>(async function* () {
    const links = yield* site.links()
    const bridges = links.flatMap((link): readonly Bridge[] => {
      const record = link.kind === 'bridge' ? readNetworkAlias(link.alias) : undefined
      return record === undefined ? [] : [{ link, record }]
    })
    const nears = links.flatMap((link): readonly Near[] => {
      const record = link.kind === 'veth' ? readEndpointAlias(link.alias) : undefined
      return record === undefined ? [] : [{ link, record }]
    })
    if (bridges.length === 0 && nears.length === 0) return ok({ networks: [], strays: [] })
    const farEnds = await listFarEnds(site, nears.length === 0 ? [] : places)
    const compare = yield* comparisonWith(host, { site, isInstalled, toCommand })
    const routes = [...(yield* site.routes({ family: 'inet' })), ...(yield* site.routes({ family: 'inet6' }))]
    const around: Surroundings = { site, ...(place === undefined ? {} : { place }), links, routes, farEnds, compare }
    const networks: Network[] = []
    for (const bridge of bridges) {
      const own = nears.filter((near) => bridgeOf(near, bridges) === bridge)
      networks.push(yield* observeNetwork(around, bridge, own))
    }
    const strays: Endpoint[] = []
    for (const near of nears.filter((each) => bridgeOf(each, bridges) === undefined)) {
      strays.push(yield* observeEndpoint(around, near, undefined, endpointWithoutNetwork))
    }
    return ok({ networks, strays })
  })
}

/** The bridge that an endpoint is on, or, if it has been taken off, that of its network. */
function bridgeOf({ link, record }: Near, bridges: readonly Bridge[]): Bridge | undefined {
  return (
    bridges.find((bridge) => bridge.link.index === link.master) ??
    bridges.find((bridge) => bridge.record.network === record.network)
  )
}

function observeNetwork(
  around: Surroundings,
  { link: bridge, record }: Bridge,
  nears: readonly Near[],
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
      ...(addresses.some((address) => !address.includes(':')) ? (['inet'] as const) : []),
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
      eni: { name: eni?.name ?? record.eni, recordedAs: record.eni, mac: record.mac, before: record.before },
      families,
      ...(ownTable === undefined ? {} : { ownTable }),
      mtu: mostFrequent(ofAll.map(({ mtu }) => mtu)),
    }
    const drift = await driftOfNetwork(blueprint, eni, compare)
    const endpoints: Endpoint[] = []
    for (const near of nears) {
      endpoints.push(
        yield* observeEndpoint(around, near, bridge, (...found) =>
          driftOfEndpoint({ ...blueprint, isForbidden: around.farEnds.isForbidden }, compare, ...found),
        ),
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

/** Tells the drift of an endpoint from what is there of it. */
type DriftOf = (near: Near, farEnd: FarEnd | undefined, end: Endpoint['containerEnd']) => Promise<readonly Drift[]>

function observeEndpoint(
  { place, routes, farEnds }: Surroundings,
  near: Near,
  bridge: Link | undefined,
  driftOf: DriftOf,
): ResultAsync<Endpoint, KernelError> {
  const { link, record } = near
  return safeTry<Endpoint, KernelError>(async function* () {
    const farEnd = farEndOf(record, link, farEnds.ends)
    const containerEnd = farEnd === undefined ? undefined : yield* containerEndOf(farEnd)
    const own = new Set(record.addresses.map(hostPrefix))
    const hostRoutes = routes
      .filter(({ destination }) => own.has(destination))
      .map(({ destination, dev }) => ({ destination, dev }))
    return ok({
      ...record,
      ...(place === undefined ? {} : { site: place }),
      interfaceType: record.interfaceType.type,
      hostEnd: interfaceOf(link),
      isPort: bridge !== undefined && link.master === bridge.index,
      hostRoutes,
      ...(containerEnd === undefined ? {} : { containerEnd }),
      drift: await driftOf(near, containerEnd === undefined ? undefined : farEnd, containerEnd),
    })
  })
}

/** Routes for single addresses to the bridge that belong to no endpoint: their container has gone without a DEL. */
function strayRoutes(
  { place, routes }: Surroundings,
  bridge: string,
  endpoints: readonly Endpoint[],
): readonly Drift[] {
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
      repair: commandLine(commandFor({ do: 'delete route', route }, place?.path)),
    }))
}

function mostFrequent(values: readonly number[]): number {
  const count = (value: number) => values.filter((each) => each === value).length
  return values.toSorted((one, other) => count(other) - count(one) || other - one)[0] ?? 0
}
