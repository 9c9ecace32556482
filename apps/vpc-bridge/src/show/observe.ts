import { type Near, type Observer, toCommand } from '@vpc-bridge/cli'
import type { KernelError } from '@vpc-bridge/kernel'
import { comparisonWith } from '@vpc-bridge/plugin'
import { ok, safeTry } from 'neverthrow'
import { type EndpointRecord, readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { readNetworkAlias } from '../network/network-record.ts'
import { endpointWithoutNetwork } from './compare.ts'
import type { Endpoint, Network, Observation } from './model.ts'
import { type Around, type Bridge, endpointOf, observeNetwork } from './observe-network.ts'

/** Tells what vpc-bridge has made, and compares it with what an ADD makes. Needs no configuration: the records tell of it. */
export const observer: Observer<Network, EndpointRecord> = {
  readEndpoint: readEndpointAlias,
  observe: (surroundings) =>
    safeTry<Observation, KernelError>(async function* () {
      const { host, site, links, nears, isInstalled } = surroundings
      const bridges = links.flatMap((link): readonly Bridge[] => {
        const record = link.kind === 'bridge' ? readNetworkAlias(link.alias) : undefined
        return record === undefined ? [] : [{ link, record }]
      })
      if (bridges.length === 0 && nears.length === 0) return ok({ networks: [], strays: [] })
      const compare = yield* comparisonWith(host, { site, isInstalled, toCommand })
      const around: Around = { ...surroundings, compare }
      const networks: Network[] = []
      for (const bridge of bridges) {
        const own = nears.filter((near) => bridgeOf(near, bridges) === bridge)
        networks.push(yield* observeNetwork(around, bridge, own))
      }
      const strays: Endpoint[] = []
      for (const near of nears.filter((each) => bridgeOf(each, bridges) === undefined))
        strays.push(yield* endpointOf(around, near, undefined, endpointWithoutNetwork))
      return ok({ networks, strays })
    }),
}

/** The bridge that an endpoint is on, or, if it has been taken off, that of its network. */
function bridgeOf({ link, record }: Near<EndpointRecord>, bridges: readonly Bridge[]): Bridge | undefined {
  return (
    bridges.find((bridge) => bridge.link.index === link.master) ??
    bridges.find((bridge) => bridge.record.network === record.network)
  )
}
