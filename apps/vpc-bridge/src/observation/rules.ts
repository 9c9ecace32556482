import { hostOf, isInet6 } from '@vpc-bridge/kernel/ip'
import { brokenInet6, type Rule, rulesInTurn } from '@vpc-bridge/plugin'
import type { VpcConfig } from '../config/vpc-config.ts'
import type { OwnFailure } from '../failure.ts'
import type { Network } from '../network/network.ts'
import { readNetworkAlias } from '../network/network-record.ts'
import type { View } from './view.ts'

type Condition = Rule<VpcConfig, View, OwnFailure>

/** Returns false for a network on which nothing can be made: then there is no more to be asked. */
export function isUsable({ eni, rival, foreign }: Network): boolean {
  return eni?.mac !== undefined && rival === undefined && foreign === undefined
}

const eniExists: Condition = ({ network: { eni } }, { config }) => {
  if (eni === undefined) return { kind: 'ENI missing', eni: config.eni }
  return eni.mac === undefined ? { kind: 'no Ethernet', eni: eni.name } : undefined
}

const networkIsOnThisEni: Condition = ({ network: { eni, rival } }, { network }) => {
  if (rival === undefined || eni?.mac === undefined) return undefined
  return { kind: 'other ENI', network, eni: eni.name, mac: eni.mac, found: rival.name }
}

const bridgeIsOurs: Condition = ({ network: { eni, rival, foreign } }, { network }) => {
  if (foreign === undefined || rival !== undefined || eni?.mac === undefined) return undefined
  const taken = { link: foreign.name, network }
  const other = readNetworkAlias(foreign.alias)?.network
  return other === undefined ? { kind: 'foreign bridge', ...taken } : { kind: 'bridge of another', ...taken, other }
}

const l2CarriesIpv4Only: Condition = (_, { config, ips }) => {
  const addresses = ips.map(({ address }) => address).filter(isInet6)
  if (config.bridgeType === 'L3' || addresses.length === 0) return undefined
  return { kind: 'IPv6 in L2', addresses }
}

const modeIsTheNetworks: Condition = ({ network }, { network: name, config: { bridgeType: wanted } }) => {
  const { bridgeType: found } = network
  if (found === undefined || found === wanted) return undefined
  return { kind: 'other bridge type', network: name, found, wanted }
}

const eniIsFree: Condition = ({ network: { eni }, obstacles }) => {
  const { master, otherPlugin, onTop, isLearnt, otherBridge } = obstacles
  const inUse = (by: string) => ({ kind: 'ENI in use', eni: eni?.name ?? '', by }) as const
  if (master !== undefined) return inUse(`${master}, of which it is a part`)
  if (otherPlugin !== undefined) return inUse(otherPlugin)
  if (onTop !== undefined) return inUse(`${onTop.name}, a ${onTop.kind} on it`)
  if (isLearnt)
    return inUse('the host, which learns routes of IPv6 by it (router advertisements): L2 carries IPv4 only')
  if (otherBridge === undefined) return undefined
  return inUse(`${otherBridge}, a bridge of another network; an L2 network needs an ENI for itself`)
}

const addressIsFree: Condition = ({ obstacles: { hostAddresses, held } }, { ips }) => {
  if (held !== undefined) return { kind: 'address in use', ...held }
  for (const { address } of ips) {
    const host = hostAddresses.find((each) => hostOf(each.address) === hostOf(address))
    if (host !== undefined) return { kind: 'address in use', address, by: `the host (${host.dev})` }
  }
  return undefined
}

const inet6IsEnabled: Condition = ({ obstacles }) => brokenInet6(obstacles.inet6)

/** The conditions of an ADD; the latter ones are those of a network that can be used. */
export const rules: readonly Condition[] = rulesInTurn(
  [eniExists, networkIsOnThisEni, bridgeIsOurs, inet6IsEnabled],
  [l2CarriesIpv4Only, modeIsTheNetworks, eniIsFree, addressIsFree],
)

/** Returns what is odd about an ADD, and no reason to refuse it. */
export function warningsOf({ network: { eni } }: View, { config }: Parameters<Condition>[1]): readonly string[] {
  const told = config.eni.by === 'name' ? config.eni.mac : undefined
  if (told === undefined || eni?.mac === undefined || told === eni.mac) return []
  return [`eniMACAddress ${told} is not that of ${eni.name} (${eni.mac}): eniName wins`]
}
