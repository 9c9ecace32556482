import type { KernelError, Link, Netns } from '@vpc-bridge/kernel'
import { familiesOf, isInet6 } from '@vpc-bridge/kernel/ip'
import { portBlocker } from '@vpc-bridge/link'
import { isMoved } from '@vpc-bridge/netns'
import {
  type Endpoint,
  endpointsOn,
  heldAddress,
  inet6Switches,
  readInet6,
  type Scene,
  usersOfCard,
} from '@vpc-bridge/plugin'
import { lookUpTransfer, ownTableOf } from '@vpc-bridge/route'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { VpcConfig } from '../config/vpc-config.ts'
import { familiesWithoutDefault } from '../endpoint/default-routes.ts'
import { readEndpointAlias } from '../endpoint/endpoint-record.ts'
import { beforeOfOthers, networksOn, stateOf } from '../network/eni-before.ts'
import { locateNetwork } from '../network/locate-network.ts'
import type { Network } from '../network/network.ts'
import { format } from '../record-text.ts'
import { isUsable } from './rules.ts'
import { gatewayOf, noObstacles, noRemoval, type Obstacles, untouched, type View } from './view.ts'

/** Returns true if a network has a bridge. */
export function exists(
  site: Netns,
  { network, config: { eni } }: Endpoint<VpcConfig>,
  host: Netns,
): ResultAsync<boolean, KernelError> {
  return locateNetwork(site, { network, eni }, { home: host }).map(({ bridge }) => bridge !== undefined)
}

/** Reads all that an ADD needs to know of the host. Of a network that cannot be used no more than that. */
export function observe(site: Netns, endpoint: Endpoint<VpcConfig>, scene: Scene): ResultAsync<View, KernelError> {
  const { host, networkPath, container, hostLink, others } = scene
  const { config, ips, network: name } = endpoint
  return safeTry<View, KernelError>(async function* () {
    const network = yield* locateNetwork(site, { network: name, eni: config.eni }, { home: host })
    const view = { network, networkPath, removal: noRemoval, ownTable: undefined, withoutDefault: [] }
    const { eni } = network
    if (eni === undefined || !isUsable(network))
      return ok({ ...view, before: untouched, families: [], obstacles: noObstacles })
    const addresses = ips.map(({ address }) => address)
    const inet6 = yield* inet6Switches(ips, site, {
      dev: network.isEniInPlace ? eni.name : undefined,
      // A virtual machine has its addresses itself.
      container: config.interface.type === 'veth' ? container : undefined,
    })
    const obstacles = { ...(yield* obstaclesOf(site, endpoint, network, eni)), inet6 }

    const carried = others.flatMap((other) => other.addresses)
    const isWithoutInet6 = carried.some(isInet6) && (yield* readInet6(site, 'host')).value !== '0'
    const families = familiesOf([...addresses, ...(isWithoutInet6 ? [] : carried)])
    const recorded = network.record?.before ?? (yield* beforeOfOthers(site, eni))
    const isKnown = recorded !== undefined && (recorded.inet6 !== undefined || !families.includes('inet6'))
    // What comes to a namespace starts with its defaults, up; its state at home it remembers itself.
    const isGuest = networkPath !== undefined && (!network.isEniInPlace || isMoved(eni))
    const asNow = isGuest ? { ...eni, name: 'default', up: true } : eni
    const now = () => stateOf(site, asNow, config.bridgeType, families)
    const before = isKnown ? recorded : { ...(yield* now()), ...recorded }
    const gateway = gatewayOf(endpoint)
    const { table } = network.record ?? {}
    const leaving = {
      dev: eni.name,
      families,
      ...(gateway === undefined ? {} : { gateway }),
      ...(table === undefined ? {} : { table }),
    }
    const allAddresses = () =>
      site.links().map((links) => endpointsOn(format, links, name, network.bridge).flatMap((each) => each.addresses))
    const ownTable = config.bridgeType === 'L2' ? undefined : yield* ownTableOf(site, leaving, allAddresses)
    const record = readEndpointAlias(hostLink?.alias)
    const withoutDefault = yield* familiesWithoutDefault(container, endpoint, record)
    return ok({ ...view, before, families, ownTable, withoutDefault, obstacles })
  })
}

/** Reads what may speak against an ADD; what an L2 network needs is looked for before it exists. */
function obstaclesOf(
  site: Netns,
  endpoint: Endpoint<VpcConfig>,
  { bridge, names }: Network,
  eni: Link,
): ResultAsync<Omit<Obstacles, 'inet6'>, KernelError> {
  const isL2 = endpoint.config.bridgeType === 'L2'
  return safeTry<Omit<Obstacles, 'inet6'>, KernelError>(async function* () {
    const hostAddresses: Obstacles['hostAddresses'][number][] = []
    for (const { name } of [eni, ...(isL2 && bridge !== undefined ? [bridge] : [])]) {
      const found = yield* site.addresses(name).orElse(() => okAsync([]))
      hostAddresses.push(...found.map(({ address }) => ({ dev: name, address })))
    }
    if (eni.master !== undefined && eni.master !== bridge?.index) {
      const links = yield* site.links()
      const master = links.find(({ index }) => index === eni.master)?.name ?? 'another link'
      return ok({ hostAddresses, master })
    }
    // A network that exists was made when no other plugin had the ENI.
    const [user] = bridge === undefined ? usersOfCard(yield* site.links(), eni.mac, sharers) : []
    if (user !== undefined) return ok({ hostAddresses, otherPlugin: `${user.plugin}, by the record of ${user.link}` })
    if (!isL2) return ok({ hostAddresses })
    const links = yield* site.links()
    const held = heldAddress(endpoint, endpointsOn(format, links, endpoint.network, bridge))
    const onTop = portBlocker(links, eni)
    if (bridge !== undefined || onTop !== undefined) return ok({ hostAddresses, held, onTop })
    const isLearnt = (yield* site.routes({ family: 'inet6' })).some(
      ({ dev, protocol }) => dev === eni.name && protocol === 'ra',
    )
    if (isLearnt) return ok({ hostAddresses, held, isLearnt })
    // An ENI that is still on its way to its namespace is refused by that step, the first one.
    yield* lookUpTransfer(site, { from: eni.name, to: names.bridge }).orElse((error) =>
      error.errno === 'ENODEV' ? okAsync(undefined) : errAsync(error),
    )
    const [other] = networksOn(links, eni)
    return ok({ hostAddresses, held, ...(other === undefined ? {} : { otherBridge: other.name }) })
  })
}

/** The plugins that have an ENI for something that goes with sharing it: branches of it do. */
const sharers = ['vpc-bridge', 'vpc-branch-eni']
