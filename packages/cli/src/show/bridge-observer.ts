import type { KernelError, Link } from '@vpc-bridge/kernel'
import { comparisonWith, type Drift, type ShownRecord, type Steps } from '@vpc-bridge/plugin'
import { ok, type ResultAsync, safeTry } from 'neverthrow'
import { toCommand } from '../command-for.ts'
import type { EndpointOf, Network, Observation } from './model.ts'
import type { Near, Observer, Surroundings } from './observe.ts'
import type { Known } from './observe-endpoint.ts'

/** A bridge that carries the record of a network. */
export interface RecordedBridge<B> {
  readonly link: Link
  readonly record: B
}

/** What was looked up once, with a comparison of steps with what there is. */
export interface Around<R extends ShownRecord> extends Surroundings<R> {
  readonly driftOf: (steps: Steps) => Promise<readonly Drift[]>
}

/** A plugin whose endpoints are ports of a bridge, which carries the record of their network. */
export interface BridgePlugin<N extends Network, R extends ShownRecord, B extends { readonly network: string }> {
  /** Returns `undefined` for an alias that is not one of an endpoint of the plugin. */
  readonly readEndpoint: (alias: string | undefined) => R | undefined
  /** Returns `undefined` for an alias that is not one of a network of the plugin. */
  readonly readNetwork: (alias: string | undefined) => B | undefined
  /** Tells what there is of a network and its endpoints, and how it differs from what an ADD makes. */
  readonly observeNetwork: (
    around: Around<R>,
    bridge: RecordedBridge<B>,
    nears: readonly Near<R>[],
  ) => ResultAsync<N, KernelError>
  /** Tells what there is of an endpoint whose network is gone. */
  readonly observeStray: (
    around: Around<R>,
    near: Near<R>,
    driftOf: Known<R>['driftOf'],
  ) => ResultAsync<EndpointOf<N>, KernelError>
}

/** Observes what a plugin has made, and compares it with what an ADD makes. Needs no configuration: the records tell of it. */
export function bridgeObserver<N extends Network, R extends ShownRecord, B extends { readonly network: string }>(
  plugin: BridgePlugin<N, R, B>,
): Observer<N, R> {
  return { readEndpoint: plugin.readEndpoint, observe: (surroundings) => observeBridges(plugin, surroundings) }
}

function observeBridges<N extends Network, R extends ShownRecord, B extends { readonly network: string }>(
  { readNetwork, observeNetwork, observeStray }: BridgePlugin<N, R, B>,
  surroundings: Surroundings<R>,
): ResultAsync<Observation<N>, KernelError> {
  return safeTry<Observation<N>, KernelError>(async function* () {
    const { host, site, links, nears, isInstalled } = surroundings
    const bridges = links.flatMap((link): readonly RecordedBridge<B>[] => {
      const record = link.kind === 'bridge' ? readNetwork(link.alias) : undefined
      return record === undefined ? [] : [{ link, record }]
    })
    if (bridges.length === 0 && nears.length === 0) return ok({ networks: [], strays: [] })
    const compare = yield* comparisonWith(host, { site, isInstalled, toCommand })
    const driftOf = async (steps: Steps) => (await compare(steps)).flatMap(({ drift }) => drift)
    const around = { ...surroundings, driftOf }
    const networks: N[] = []
    for (const bridge of bridges) {
      const own = nears.filter((near) => bridgeOf(near, bridges) === bridge)
      networks.push(yield* observeNetwork(around, bridge, own))
    }
    const strays: EndpointOf<N>[] = []
    for (const near of nears.filter((each) => bridgeOf(each, bridges) === undefined))
      strays.push(yield* observeStray(around, near, withoutNetwork))
    return ok({ networks, strays })
  })
}

/** Returns the bridge that an endpoint is on, or, if it has been taken off, that of its network. */
function bridgeOf<B extends { readonly network: string }>(
  { link, record }: Near,
  bridges: readonly RecordedBridge<B>[],
): RecordedBridge<B> | undefined {
  return (
    bridges.find((bridge) => bridge.link.index === link.master) ??
    bridges.find((bridge) => bridge.record.network === record.network)
  )
}

/** Returns the drift of an endpoint whose network is gone. */
async function withoutNetwork({ record }: Near): Promise<readonly Drift[]> {
  return [{ what: `the bridge of its network ${record.network} is gone` }]
}
