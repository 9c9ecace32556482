import type { Link, Netns } from '@vpc-bridge/kernel'
import { hostOf, isInet6 } from '@vpc-bridge/kernel/ip'
import { lookUpTakeOver } from '@vpc-bridge/route'
import { err, errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { readNetworkAlias } from './alias.ts'
import type { Attachment } from './attachment.ts'
import type { Failure } from './failure.ts'
import { locateNetwork, type Network } from './locate-network.ts'
import { networksOn } from './recorded-before.ts'
import { refuseNewer } from './refuse-newer.ts'
import { requireInet6 } from './require-inet6.ts'
import { openSite, type Site } from './site.ts'

/** A network that an ADD can connect an endpoint to. */
export interface UsableNetwork {
  readonly site: Site
  readonly network: Network
  readonly eni: Link & { readonly mac: string }
}

/** Finds the network that an ADD would use, and refuses one that it cannot. Changes nothing. */
export function usableNetwork(host: Netns, attachment: Attachment): ResultAsync<UsableNetwork, Failure> {
  return safeTry<UsableNetwork, Failure>(async function* () {
    const site = yield* openSite(host, attachment)
    const network = yield* locateNetwork(site.netns, attachment, { home: host })
    const { eni, foreign, rival, bridge } = network
    if (eni === undefined) return err<UsableNetwork, Failure>({ kind: 'ENI missing', eni: attachment.eni })
    const { mac } = eni
    if (mac === undefined) return err<UsableNetwork, Failure>({ kind: 'no Ethernet', eni: eni.name })
    if (rival !== undefined) {
      const made = { network: attachment.network, eni: eni.name, mac }
      return err<UsableNetwork, Failure>({ kind: 'other ENI', ...made, found: rival.name })
    }
    if (foreign !== undefined) {
      const taken = { link: foreign.name, network: attachment.network }
      const other = readNetworkAlias(foreign.alias)?.network
      return err<UsableNetwork, Failure>(
        other === undefined ? { kind: 'foreign bridge', ...taken } : { kind: 'bridge of another', ...taken, other },
      )
    }
    yield* refuseNewer(bridge)
    yield* refuseMisfits(site.netns, attachment, network, eni)
    if (attachment.addresses.some(isInet6) && network.isEniInPlace) {
      yield* requireInet6(site.netns, 'host', eni.name)
    }
    return ok({ site, network, eni: { ...eni, mac } })
  })
}

/** Refuses what cannot be together on one ENI. */
function refuseMisfits(
  site: Netns,
  { network, bridgeType, addresses }: Attachment,
  { names, bridge, bridgeType: found }: Network,
  eni: Link,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    const inet6 = addresses.filter(isInet6)
    if (bridgeType === 'L2' && inet6.length > 0) return err<void, Failure>({ kind: 'IPv6 in L2', addresses: inet6 })
    for (const { name } of [eni, ...(bridgeType === 'L2' && bridge !== undefined ? [bridge] : [])]) {
      const hosts = (yield* site.addresses(name).orElse(() => okAsync([]))).map(({ address }) => hostOf(address))
      const address = addresses.find((each) => hosts.includes(hostOf(each)))
      if (address !== undefined)
        return err<void, Failure>({ kind: 'address in use', address, by: `the host (${name})` })
    }
    if (found !== undefined && found !== bridgeType) {
      return err<void, Failure>({ kind: 'other bridge type', network, found, wanted: bridgeType })
    }
    if (eni.master !== undefined && eni.master !== bridge?.index) {
      const masters = (yield* site.links()).filter(({ index }) => index === eni.master)
      const by = `${masters[0]?.name ?? 'another link'}, of which it is a part`
      return err<void, Failure>({ kind: 'ENI in use', eni: eni.name, by })
    }
    if (bridgeType === 'L3' || bridge !== undefined) return ok()
    const learnt = (yield* site.routes({ family: 'inet6' })).find(
      ({ dev, protocol }) => dev === eni.name && protocol === 'ra',
    )
    if (learnt !== undefined) {
      const by = `the host, which learns routes of IPv6 by it (router advertisements): L2 carries IPv4 only`
      return err<void, Failure>({ kind: 'ENI in use', eni: eni.name, by })
    }
    // An ENI that is still on its way to its namespace is refused by that step, the first one.
    yield* lookUpTakeOver(site, { from: eni.name, to: names.bridge }).orElse((error) =>
      error.errno === 'ENODEV' ? okAsync(undefined) : errAsync(error),
    )
    const [other] = networksOn(yield* site.links(), eni)
    if (other === undefined) return ok()
    const by = `${other.name}, a bridge of another network; an L2 network needs an ENI for itself`
    return err<void, Failure>({ kind: 'ENI in use', eni: eni.name, by })
  })
}
