import type { KernelError, MacTranslationEntry, Netns, Route } from '@vpc-bridge/kernel'
import { hostOf } from '@vpc-bridge/kernel/ip'
import { macNatEndpoint } from '@vpc-bridge/mac-nat'
import { routesToNobody, type Steps } from '@vpc-bridge/plugin'
import { forgetNeighbour, route, strayRules } from '@vpc-bridge/route'
import { takingAlong } from '@vpc-bridge/step'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { View } from './view.ts'

/**
 * Finds what leads to endpoints that are gone: routes to single addresses by the network's bridge, and translations of MAC addresses,
 * that are for none of the addresses of endpoints.
 */
export function orphansOf(
  site: Netns,
  { network }: View,
  { addresses }: { readonly addresses: readonly string[] },
): ResultAsync<Steps, KernelError> {
  return safeTry<Steps, KernelError>(async function* () {
    const { bridge, eni, bridgeType, recordedEni } = network
    if (bridge === undefined) return ok([])
    const forget = (address: string) => [forgetNeighbour({ dev: bridge.name, address })]
    if (bridgeType === 'L2') {
      const dev = eni?.name ?? recordedEni
      const { entries = [] } = (yield* site.macTranslation(dev)) ?? {}
      const stray = entries.filter(({ address }) => !addresses.some((each) => hostOf(each) === address))
      const toStep = (entry: MacTranslationEntry) =>
        takingAlong(macNatEndpoint({ dev, ...entry }), forget(entry.address))
      return ok(stray.map(toStep))
    }
    const routes = [
      ...(yield* site.routes({ family: 'inet', dev: bridge.name })),
      ...(yield* site.routes({ family: 'inet6', dev: bridge.name })),
    ]
    const stray = routesToNobody(routes, bridge.name, addresses)
    const toStep = (each: Route) => takingAlong(route(each), forget(hostOf(each.destination)))
    const table = network.record?.table
    const rules = yield* table === undefined ? okAsync([]) : strayRules(site, table, addresses)
    return ok([...stray.map(toStep), ...rules])
  })
}
