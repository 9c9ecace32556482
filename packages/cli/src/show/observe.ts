import type { KernelError, Link, Netns, Route } from '@vpc-bridge/kernel'
import { isMovedFrom } from '@vpc-bridge/netns'
import type { ShownRecord } from '@vpc-bridge/plugin'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import type { IsInstalled } from '../installed-programs.ts'
import { type FarEnds, listFarEnds } from './far-ends.ts'
import type { Network, Observation, Place } from './model.ts'

/** A machine, besides its network configuration. */
export interface Machine {
  /** Where containers may be. */
  readonly places: readonly Place[]
  readonly isInstalled: IsInstalled
}

/** A host's link that carries the record of an endpoint. */
export interface Near<R extends ShownRecord = ShownRecord> {
  readonly link: Link
  readonly record: R
}

/** What was looked up once, for all networks of a namespace. */
export interface Surroundings<R extends ShownRecord = ShownRecord> {
  readonly host: Netns
  readonly isInstalled: IsInstalled
  readonly site: Netns
  /** Of the site, if it is not the host's own. */
  readonly place?: Place
  readonly links: readonly Link[]
  readonly nears: readonly Near<R>[]
  /** Those of the main tables, of IPv4 and IPv6: a list for each endpoint would take the square of their number. */
  readonly routes: readonly Route[]
  readonly farEnds: FarEnds
}

/** Tells what a plugin has made, by the records that its links carry. Changes nothing, and needs no configuration. */
export interface Observer<N extends Network, R extends ShownRecord> {
  /** Returns `undefined` for an alias that is not one of an endpoint of the plugin. */
  readonly readEndpoint: (alias: string | undefined) => R | undefined
  /** Tells what is in one namespace. */
  readonly observe: (around: Surroundings<R>) => ResultAsync<Observation<N>, KernelError>
}

/** Observes the host's namespace, and the others that links of it have been moved to together with their networks. */
export function observe<N extends Network, R extends ShownRecord>(
  host: Netns,
  machine: Machine,
  observer: Observer<N, R>,
): ResultAsync<Observation<N>, KernelError> {
  return safeTry<Observation<N>, KernelError>(async function* () {
    const observed: Observation<N>[] = []
    for (const site of [{ netns: host }, ...(await otherSites(host, machine.places))])
      observed.push(yield* lookAround(host, site, machine, observer.readEndpoint).andThen(observer.observe))
    return ok({
      networks: observed.flatMap(({ networks }) => networks),
      strays: observed.flatMap(({ strays }) => strays),
    })
  })
}

/** A namespace that networks are in. */
interface Site {
  readonly netns: Netns
  /** Absent: it is the host's own. */
  readonly place?: Place
}

/**
 * Lists the namespaces, other than the host's, that a link has come to from this host: its network is there, or has been. Those
 * that cannot be entered have none.
 */
async function otherSites(host: Netns, places: readonly Place[]): Promise<readonly Site[]> {
  const sites: Site[] = []
  for (const place of places) {
    const netns = (await host.open(place.path)).unwrapOr(undefined)
    if (netns === undefined || netns.id === host.id || sites.some((each) => each.netns.id === netns.id)) continue
    const links = (await netns.links()).unwrapOr([])
    // Without such a link it may be another host, or belong to one, with networks of its own.
    if (links.some((link) => isMovedFrom(host, link))) sites.push({ netns, place })
  }
  return sites
}

function lookAround<R extends ShownRecord>(
  host: Netns,
  { netns: site, place }: Site,
  { places, isInstalled }: Machine,
  readEndpoint: Observer<Network, R>['readEndpoint'],
): ResultAsync<Surroundings<R>, KernelError> {
  return safeTry<Surroundings<R>, KernelError>(async function* () {
    const links = yield* site.links()
    const nears = links.flatMap((link): readonly Near<R>[] => {
      const record = readEndpoint(link.alias)
      return record === undefined ? [] : [{ link, record }]
    })
    const farEnds = await listFarEnds(site, nears.length === 0 ? [] : places)
    const routes = [...(yield* site.routes({ family: 'inet' })), ...(yield* site.routes({ family: 'inet6' }))]
    return ok({ host, isInstalled, site, ...(place === undefined ? {} : { place }), links, nears, routes, farEnds })
  })
}
