import { address } from '@vpc-bridge/address'
import type { Link } from '@vpc-bridge/kernel'
import { hostPrefix, isInet6 } from '@vpc-bridge/kernel/ip'
import { bridge, dummy, linkUp } from '@vpc-bridge/link'
import type { Steps } from '@vpc-bridge/plugin'
import {
  acceptRa,
  ipv4Forwarding,
  ipv6Forwarding,
  ipv6ForwardingAll,
  proxyArp,
  route,
  ruleSteps,
  tableSteps,
} from '@vpc-bridge/route'
import type { BridgeSteps, Endpoint } from '../endpoint/model.ts'
import { recordAlias } from '../record-text.ts'
import { eniOfRecord } from './locate-network.ts'
import { bridgeMacFor } from './names.ts'
import { type EniBefore, networkAlias, readNetworkAlias } from './network-record.ts'

/**
 * The L3 mode: the host routes between a bridge, on which the containers are, and the ENI. The containers see the VPC's
 * router behind the bridge's MAC address; the VPC sees the containers' addresses behind the ENI's.
 */
export function l3Bridge(endpoint: Endpoint): BridgeSteps {
  const { network, names, bridgeMac, eni, families, addresses, gateway, ownTable, mtu } = endpoint
  const mac = bridgeMac ?? bridgeMacFor(names.bridge)
  const { before, recorded } = eni
  const inet = families.includes('inet')
  const inet6 = families.includes('inet6')
  const { table } = ownTable ?? {}
  const record = { network, bridgeType: 'L3', eni: recorded.name, mac: recorded.mac, before, bridgeMac, table } as const
  const alias = recordAlias(networkAlias(record))
  return {
    network: [
      bridge({ name: names.bridge, mac, mtu, alias }),
      // A container must not be able to advertise a route to the host (CVE-2020-10749).
      acceptRa({ dev: names.bridge, accept: 'never' }),
      dummy({ name: names.dummy, altName: names.dummyAltName, mac, mtu, master: names.bridge }),
      ...(inet ? [...proxyArp(names.bridge), ipv4Forwarding({ dev: names.bridge, own: linksOfNetworks })] : []),
      ...(inet6 ? [address({ dev: names.bridge, address: `${localRouter}/64` })] : []),
    ],
    eni: [
      linkUp({ name: eni.name, before: { up: before.up } }),
      ...(inet ? [ipv4Forwarding({ dev: eni.name, before: before.forwarding, own: linksOfNetworks })] : []),
      ...(inet6 ? inet6Through(eni.name, names.bridge, before) : []),
      ...(ownTable === undefined ? [] : tableSteps(ownTable)),
    ],
    endpoint: [
      ...addresses.map((each) => route({ destination: hostPrefix(each), dev: names.bridge })),
      ...(ownTable === undefined ? [] : ruleSteps(ownTable, addresses)),
    ],
    mac,
    gateways: {
      ...(gateway !== undefined && addresses.some((each) => !isInet6(each)) ? { inet: gateway } : {}),
      ...(addresses.some(isInet6) ? { inet6: localRouter } : {}),
    },
    gatewayMac: mac,
  }
}

/**
 * The bridge's link-local address, which is the router of IPv6. Not one made of its MAC address, which the kernel may give
 * the bridge by itself, after a search for duplicates that takes a second.
 */
const localRouter = 'fe80::1'

/** The links of all networks of ours, and their ENIs: that they forward is no sign of others who rely on it. */
function linksOfNetworks(links: readonly Link[]): readonly Link[] {
  const records = links.map(({ alias }) => readNetworkAlias(alias))
  const enis = new Set(records.map((record) => record && eniOfRecord(links, record)?.index))
  const bridges = new Set(links.filter((_, n) => records[n] !== undefined).map(({ index }) => index))
  return links.filter(({ index, master }) => enis.has(index) || bridges.has(index) || bridges.has(master ?? 0))
}

/** Forwarding of IPv6; router advertisements are taken care of before, or the host would lose its default route. */
function inet6Through(eni: string, bridgeName: string, { inet6 }: EniBefore): Steps {
  return [
    acceptRa({ dev: eni, accept: 'always', ...(inet6 === undefined ? {} : { before: inet6.acceptRa }) }),
    ipv6ForwardingAll({ except: [bridgeName], own: [eni] }),
    ipv6Forwarding({ dev: eni, ...(inet6 === undefined ? {} : { before: inet6.forwarding }) }),
    ipv6Forwarding({ dev: bridgeName }),
  ]
}
